// Contrast takes most of the time of axe: of the texts drawn alike, it is asked of the first few, and
// of none where pages before have told it. It gives the looks of this page as they are known.
//
// Alike is what contrast is made of: the letters, and every ground behind them. Only texts that axe
// would look at count, so that none hides behind one that it leaves aside.
([few, told]) => {
  const rule = axe._audit.rules.find((one) => one.id === "color-contrast");
  const matches = (rule.ofAxe ??= rule.matches);
  const grounds = new Map();
  const looked = new Map(told.map((look) => [look, few]));

  const groundOf = (element) => {
    if (element === null) return "";
    if (!grounds.has(element)) {
      const drawn = getComputedStyle(element);
      const own = [
        drawn.backgroundColor, drawn.backgroundImage, drawn.opacity, drawn.filter,
        drawn.mixBlendMode, drawn.position,
      ].join();
      const isPlain = own === "rgba(0, 0, 0, 0),none,1,none,normal,static";
      grounds.set(element, (isPlain ? "" : `${own}/`) + groundOf(element.parentElement));
    }
    return grounds.get(element);
  };

  rule.matches = (element, ...others) => {
    const drawn = getComputedStyle(element);
    const letters = [drawn.color, drawn.fontSize, drawn.fontWeight, drawn.textShadow].join();
    const look = `${letters} on ${groundOf(element)}`;
    const times = looked.get(look) ?? 0;
    if (times === few || !matches(element, ...others)) return false;
    looked.set(look, times + 1);
    return true;
  };
  axe.looks = () => [...looked.keys()];
}
