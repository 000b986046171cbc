// Follows a meeting or a vote: asks for a tiny answer every three seconds, reloads when the state
// has changed, says so when the network is away and goes on by itself when it is back; counts the
// last seconds before a close that is foreseen. Once a minute it says that its reader is there.
"use strict";

const live = document.querySelector("[data-live]");
const PAUSE = 3000;
const LONGEST = 15000;
const SIGN_EVERY = 60000;

const isTyping = () => document.activeElement?.matches("form input[type=text], form textarea, form select");

const say = (lost) => {
  const notice = live.querySelector("[data-live-lost]");
  if (notice) notice.hidden = !lost;
};

// The end on the clock of this page, from the seconds that the server counts: none, or too far.
let end = Infinity;
const LAST_SECONDS = 15;

const foresee = (seconds) => {
  end = Number.isInteger(seconds) ? performance.now() + seconds * 1000 : Infinity;
};

// Shown, the sentence is read out once; the figures that follow are for the eye.
const countDown = () => {
  const banner = live.querySelector("[data-live-closing]");
  const left = Math.ceil((end - performance.now()) / 1000);
  const figures = left > 0 ? `${left} s` : "";
  // A close that was announced and does not come is no longer spoken of.
  const away = Math.abs(left) > LAST_SECONDS;
  if (banner.hidden !== away) banner.hidden = away;
  const shown = banner.querySelector("[data-live-seconds]");
  if (!away && shown.textContent !== figures) shown.textContent = figures;
};

const hasMoved = ({ state, room }) => {
  if (state !== live.dataset.liveState) return true;
  return live.dataset.liveRoom !== undefined && room !== live.dataset.liveRoom;
};

let signed = -Infinity;

const follow = async (tag, pause) => {
  let known = tag;
  let next = PAUSE;
  const asked = performance.now();
  const signs = asked - signed > SIGN_EVERY;
  try {
    const answer = await fetch(live.dataset.live + (signs ? "?signe=1" : ""), { headers: known ? { "If-None-Match": known } : {}, cache: "no-store" });
    if (answer.status === 404 || answer.redirected) { location.reload(); return; }
    const heard = answer.ok || answer.status === 304;
    if (signs && heard) signed = asked;
    say(!heard);
    if (answer.ok) {
      known = answer.headers.get("ETag");
      const said = await answer.json();
      const count = document.querySelector("[data-live-votes]");
      if (count && Number.isInteger(said.votes)) count.textContent = said.votes;
      foresee(said.closes_in);
      // A closing is shown at once; words being typed are otherwise never lost.
      const stays = said.state === live.dataset.liveState || said.state === "OPEN";
      if (hasMoved(said) && !(stays && isTyping())) {
        // A browser refuses, and complains, while nobody has touched the page.
        if (said.state.endsWith("OPEN") && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200);
        location.reload();
        return;
      }
    }
  } catch {
    say(true);
    next = Math.min(pause * 2, LONGEST);
  }
  setTimeout(() => follow(known, next), next);
};

// Without a network a vote waits on the page: sent again, its key counts it once.
document.addEventListener("submit", (event) => {
  if (navigator.onLine || !event.target.matches("[data-vote]")) return;
  event.preventDefault();
  say(true);
}, true);

if (live) {
  foresee(Number.parseInt(live.dataset.liveClosesIn, 10));
  setInterval(countDown, 500);
  setTimeout(() => follow(null, PAUSE), PAUSE);
}
