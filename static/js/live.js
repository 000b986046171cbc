// Follows a vote: asks for a tiny answer every three seconds, reloads when the state has changed.
"use strict";

const live = document.querySelector("[data-live]");
const PAUSE = 3000;

const isTyping = () => document.querySelector("[data-vote]")?.contains(document.activeElement)
  && document.activeElement.matches("input[type=text]");

const follow = async (tag) => {
  let known = tag;
  try {
    const answer = await fetch(live.dataset.live, { headers: known ? { "If-None-Match": known } : {}, cache: "no-store" });
    if (answer.status === 404) { location.reload(); return; }
    if (answer.ok) {
      known = answer.headers.get("ETag");
      const { state, votes } = await answer.json();
      const count = document.querySelector("[data-live-votes]");
      if (count && votes !== undefined) count.textContent = votes;
      // A closing is shown at once; a reason being typed is otherwise never lost.
      if (state !== live.dataset.liveState && !(state === "OPEN" && isTyping())) {
        if (state.endsWith("OPEN")) navigator.vibrate?.(200);
        location.reload();
        return;
      }
    }
  } catch { /* the network is away: the next answer will tell */ }
  setTimeout(() => follow(known), PAUSE);
};

if (live) setTimeout(() => follow(null), PAUSE);
