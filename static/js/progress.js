// Follows work done aside; the page is reloaded once it is ready.
"use strict";

const work = document.querySelector("[data-progress]");
const PROGRESS_PAUSE = 2000;

const followWork = async () => {
  try {
    const answer = await fetch(work.dataset.progress, { cache: "no-store" });
    if (answer.ok) {
      const state = await answer.json();
      if (!state.is_under_way) { location.reload(); return; }
      const bar = work.querySelector("progress");
      // Until its length is known, a bar without value says only that something moves.
      if (bar && state.steps) {
        bar.max = state.steps;
        bar.value = state.done;
        work.querySelector(".progress-line .num").textContent = `${state.done}/${state.steps}`;
      }
    }
  } catch { /* the network is away: the next answer will tell */ }
  setTimeout(followWork, PROGRESS_PAUSE);
};

if (work) setTimeout(followWork, PROGRESS_PAUSE);
