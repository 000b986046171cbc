// Follows work done aside; the page is reloaded once it is ready, never under what is being typed.
"use strict";

const PROGRESS_PAUSE = 2000;
// A page that only says that its file will come is asked for itself: after ten minutes no longer, or
// its session would never rest.
const PROGRESS_ASKED = 300;
const inFrench = (number) => number.toLocaleString("fr-FR");

const stateOf = async (work) => {
  const own = work.dataset.progress;
  // Asked as by htmx, a page leaves what it says once to the one that is shown.
  const answer = await fetch(own || location.href, { cache: "no-store", headers: { "HX-Request": "true" } });
  // An ended session, told with 204, says nothing of the work.
  if (answer.status !== 200) throw new Error("The server is away.");
  if (own) return answer.json();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { is_under_way: page.querySelector('[data-progress=""]') !== null };
};

// A form on its way would be cut short.
const isBusy = () => document.querySelector("form[data-sent]") !== null
  || document.activeElement?.matches("input:not([type=submit]), textarea, select");

const drawWork = (work, { steps, done }) => {
  const bar = work.querySelector("progress");
  bar.max = steps;
  bar.value = done;
  work.querySelector(".progress-line .num").textContent = `${inFrench(done)}/${inFrench(steps)}`;
};

// What is said without this script holds again.
const giveUp = (work) => {
  const advice = work.querySelector("noscript");
  advice.outerHTML = advice.textContent;
  announce(work.lastElementChild.textContent);
};

const followWork = async (work, asked) => {
  try {
    const state = await stateOf(work);
    // A bar without value says only that something moves; once its length is known it is drawn.
    const isBare = state.steps && work.querySelector("progress").position < 0;
    if ((!state.is_under_way || isBare) && !isBusy()) {
      returnDrafts();
      location.reload();
      return;
    }
    if (state.steps && !isBare) drawWork(work, state);
  } catch { /* the network is away: the next answer will tell */ }
  if (work.dataset.progress || asked < PROGRESS_ASKED) setTimeout(() => followWork(work, asked + 1), PROGRESS_PAUSE);
  else giveUp(work);
};

for (const work of document.querySelectorAll("[data-progress]")) setTimeout(() => followWork(work, 1), PROGRESS_PAUSE);
