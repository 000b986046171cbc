// Says two minutes before a session ends that it does, and offers to stay; once it has ended, says so
// and what is kept. Only the server knows: another page may have kept the session alive meanwhile.
"use strict";

const session = document.querySelector("[data-session]");
const WARNED_BEFORE = 120;
const ASKED_AGAIN = 15;
const part = (name) => session.querySelector(`[data-session-${name}]`);
let wait;
let state = "";

const show = (next, seconds) => {
  if (next === state) return;
  state = next;
  if (session.open) session.close();
  if (!state) return;
  for (const one of session.querySelectorAll("[data-session-state]")) {
    one.hidden = one.dataset.sessionState !== state;
    if (!one.hidden) part("title").textContent = one.dataset.title;
  }
  const end = new Date(Date.now() + seconds * 1000);
  for (const hour of session.querySelectorAll("[data-session-hour]")) {
    hour.textContent = `${end.getHours()}\u00a0h\u00a0${String(end.getMinutes()).padStart(2, "0")}`;
  }
  const kept = [...document.querySelectorAll("form[data-draft]")].some((form) => sessionStorage.getItem(draftKey(form)));
  part("kept").hidden = !kept;
  part("nothing").hidden = kept;
  part("lost").hidden = true;
  session.showModal();
};

const lookIn = (seconds) => {
  clearTimeout(wait);
  wait = setTimeout(look, seconds * 1000);
};

const hear = ({ seconds, is_last: isLast }) => {
  if (seconds > WARNED_BEFORE) {
    show("");
    lookIn(seconds - WARNED_BEFORE);
  } else if (seconds > 0) {
    show(isLast ? "last" : "rest", seconds);
    lookIn(seconds);
  } else {
    clearTimeout(wait);
    show("over");
  }
};

const look = async () => {
  try {
    const answer = await fetch(session.dataset.session, { cache: "no-store" });
    if (!answer.ok) throw new Error("The server is away.");
    hear(await answer.json());
  } catch {
    lookIn(ASKED_AGAIN);
  }
};

part("extend").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target) });
    // An ended session leads to the sign-in page; one taken up in another tab changes the token.
    // A page that is read keeps it as well, and needs no token.
    if (answer.status === 403) await fetch(location.href, { cache: "no-store" });
    if (answer.redirected || answer.status === 403) { look(); return; }
    if (!answer.ok) throw new Error("The server is away.");
    hear(await answer.json());
  } catch {
    part("lost").hidden = false;
  }
});

part("back").addEventListener("click", returnDrafts);

// A page that was asleep, or comes back from the history, counted nothing.
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
addEventListener("pageshow", (event) => { if (event.persisted) look(); });

lookIn(Math.max(0, Number.parseInt(session.dataset.sessionLeft, 10) - WARNED_BEFORE));
