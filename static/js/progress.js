// Follows work done aside; the page is reloaded once it is ready.
"use strict";

const work = document.querySelector("[data-progress]");
const PROGRESS_PAUSE = 2000;
const inFrench = (number) => number.toLocaleString("fr-FR");

const followWork = async () => {
  try {
    const answer = await fetch(work.dataset.progress, { cache: "no-store" });
    if (answer.ok) {
      const state = await answer.json();
      if (!state.is_under_way) { location.reload(); return; }
      const bar = work.querySelector("progress");
      // A bar without value says only that something moves; once its length is known it is drawn.
      if (state.steps && bar.position < 0) { location.reload(); return; }
      if (state.steps) {
        bar.max = state.steps;
        bar.value = state.done;
        work.querySelector(".progress-line .num").textContent = `${inFrench(state.done)}/${inFrench(state.steps)}`;
      }
    }
  } catch { /* the network is away: the next answer will tell */ }
  setTimeout(followWork, PROGRESS_PAUSE);
};

if (work) setTimeout(followWork, PROGRESS_PAUSE);
