// Follows a meeting or a vote: asks for a tiny answer every three seconds, reloads when the state
// has changed, says so when the network is away and goes on by itself when it is back; keeps a vote
// until it can leave; counts the last seconds before a close that is foreseen. Once a minute it says
// that its reader is there.
"use strict";

const live = document.querySelector("[data-live]");
const PAUSE = 3000;
const LONGEST = 15000;
const PATIENCE = 4000;
const SIGN_EVERY = 60000;

const ask = (query = "", headers = {}) =>
  fetch(live.dataset.live + query, { headers, cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });

const isTyping = () => document.activeElement?.matches("form input[type=text], form textarea, form select");

// The papers that were confirmed without a network, each with its button.
const waiting = [];
let isSending = false;
const isLeaving = () => isSending || document.querySelector("[data-vote][data-sent]") !== null;

const say = (lost) => {
  live.querySelector("[data-live-lost]").hidden = !lost || waiting.length > 0;
  live.querySelector("[data-live-waiting]").hidden = !lost || waiting.length === 0;
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

const reload = () => {
  returnDrafts();
  location.reload();
};

// Whether the vote of a paper was taken: the server then leads back to a page where papers stand.
const isTaken = async (form) => {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (answer.status >= 500) throw new Error("The server is away.");
  return answer.redirected && [form.action, location.origin + location.pathname].includes(answer.url);
};

// The page leaves with one paper: the others are sent before, and a refused one is the last, which
// says why. One that the network stops stays with those that wait.
const leave = async () => {
  if (!waiting.length || isLeaving()) return;
  isSending = true;
  const refused = [];
  try {
    while (waiting.length > (refused.length ? 0 : 1)) {
      const [form] = waiting[0];
      const taken = await isTaken(form);
      const paper = waiting.shift();
      if (!taken) refused.push(paper);
    }
    const [form, button] = refused.shift() ?? waiting.shift();
    returnDrafts();
    form.dataset.leaves = "yes";
    form.requestSubmit(button);
  } catch {
    waiting.push(...refused);
    say(true);
  } finally {
    isSending = false;
  }
};

let signed = -Infinity;

const follow = async (tag, pause) => {
  let known = tag;
  let next = PAUSE;
  const asked = performance.now();
  const signs = asked - signed > SIGN_EVERY;
  try {
    const answer = await ask(signs ? "?signe=1" : "", known ? { "If-None-Match": known } : {});
    if (answer.status < 500) leave();
    const gone = answer.status === 404 || answer.redirected;
    if (gone && !isLeaving()) { reload(); return; }
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
      // A vote on its way is not cut short either.
      if (hasMoved(said) && !(stays && isTyping()) && !isLeaving()) {
        // A browser refuses, and complains, while nobody has touched the page.
        if (said.state.endsWith("OPEN") && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200);
        reload();
        return;
      }
    }
  } catch {
    say(true);
    next = Math.min(pause * 2, LONGEST);
  }
  setTimeout(() => follow(known, next), next);
};

// A vote leaves once the server has answered: without a network it waits on the page, and leaves by
// itself when the network is back. Sent twice, its key counts it once.
const send = async () => {
  try {
    if ((await ask()).status >= 500) say(true);
    else leave();
  } catch {
    say(true);
  }
};
const keep = (event) => {
  const form = event.target;
  if (!form.matches("[data-vote]") || !form.requestSubmit) return;
  if (form.dataset.leaves) { delete form.dataset.leaves; return; }
  event.preventDefault();
  if (!waiting.some(([one]) => one === form)) waiting.push([form, event.submitter]);
  send();
};

if (live) {
  // The answer to a vote that was refused is asked for again, never sent again.
  history.replaceState(null, "", location.href);
  document.addEventListener("submit", keep, true);
  addEventListener("online", () => { if (waiting.length) send(); });
  foresee(Number.parseInt(live.dataset.liveClosesIn, 10));
  setInterval(countDown, 500);
  setTimeout(() => follow(null, PAUSE), PAUSE);
}
