// Follows a meeting or a vote: asks for a tiny answer every three seconds, reloads when the state
// has changed, says so when the network is away and goes on by itself when it is back.
"use strict";

const live = document.querySelector("[data-live]");
const PAUSE = 3000;
const LONGEST = 15000;

const isTyping = () => document.activeElement?.matches("form input[type=text], form textarea, form select");

const say = (lost) => {
  const notice = live.querySelector("[data-live-lost]");
  if (notice) notice.hidden = !lost;
};

const hasMoved = ({ state, room }) => {
  if (state !== live.dataset.liveState) return true;
  return live.dataset.liveRoom !== undefined && room !== live.dataset.liveRoom;
};

const follow = async (tag, pause) => {
  let known = tag;
  let next = PAUSE;
  try {
    const answer = await fetch(live.dataset.live, { headers: known ? { "If-None-Match": known } : {}, cache: "no-store" });
    if (answer.status === 404 || answer.redirected) { location.reload(); return; }
    say(!answer.ok && answer.status !== 304);
    if (answer.ok) {
      known = answer.headers.get("ETag");
      const said = await answer.json();
      const count = document.querySelector("[data-live-votes]");
      if (count && Number.isInteger(said.votes)) count.textContent = said.votes;
      // A closing is shown at once; words being typed are otherwise never lost.
      const stays = said.state === live.dataset.liveState || said.state === "OPEN";
      if (hasMoved(said) && !(stays && isTyping())) {
        if (said.state.endsWith("OPEN")) navigator.vibrate?.(200);
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

if (live) setTimeout(() => follow(null, PAUSE), PAUSE);
