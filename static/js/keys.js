// Presses the button or opens the part of the page that names a key, when nobody is typing.
"use strict";

const isTyping = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), select, textarea");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const named = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!named) return;
  event.preventDefault();
  if (named.tagName === "DETAILS") {
    named.open = !named.open;
    if (named.open) named.querySelector("select, input:not([type=hidden])")?.focus();
  } else {
    named.click();
  }
});
