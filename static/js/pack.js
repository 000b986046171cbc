// Follows the making of a pack of files; the page is reloaded once it is ready.
"use strict";

const pack = document.querySelector("[data-pack]");
const PACK_PAUSE = 2000;

const followPack = async () => {
  try {
    const answer = await fetch(pack.dataset.pack, { cache: "no-store" });
    if (answer.ok) {
      const state = await answer.json();
      if (!state.is_under_way) { location.reload(); return; }
      const bar = pack.querySelector("progress");
      bar.max = state.steps;
      bar.value = state.done;
      pack.querySelector(".progress-line .num").textContent = `${state.done}/${state.steps}`;
    }
  } catch { /* the network is away: the next answer will tell */ }
  setTimeout(followPack, PACK_PAUSE);
};

if (pack) setTimeout(followPack, PACK_PAUSE);
