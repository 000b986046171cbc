// A form with files is sent from its page: given back with a fault, its files are still chosen. Without
// this file the browser sends it, and they are chosen again.
"use strict";

const files = "input[type=file]";
const chosenIn = (place) => [...place.querySelectorAll(files)].filter((input) => input.files.length);

// What kept a form from being received at all: it stays as it is.
const sayAbove = (form, heading, sentence) => {
  form.querySelector("[data-error-summary]")?.remove();
  const summary = document.createElement("div");
  summary.className = "error-summary";
  summary.dataset.errorSummary = "";
  summary.setAttribute("role", "alert");
  summary.tabIndex = -1;
  for (const [tag, text] of [["h2", heading], ["p", sentence]]) {
    summary.append(Object.assign(document.createElement(tag), { textContent: text }));
  }
  form.prepend(summary);
  summary.focus();
  free(form);
};

const showAnswer = (form, page) => {
  const chosen = chosenIn(form);
  document.title = page.title;
  const main = page.querySelector("main");
  document.querySelector("main").replaceWith(main);
  if (main.matches("[data-keeps-drafts]")) returnDrafts();
  for (const input of chosen) {
    const again = document.getElementById(input.id);
    // A file that was refused is another to choose.
    if (!again?.matches(files) || again.matches("[aria-invalid=true]")) continue;
    again.files = input.files;
    again.closest(".field")?.querySelector("[data-file-lost]")?.remove();
  }
  dress(main);
};

const goTo = (address) => {
  const next = new URL(address, location.href);
  const isHere = next.pathname === location.pathname && next.search === location.search;
  location.assign(next);
  // The same page at another place of it would not be asked again.
  if (isHere && next.hash) location.reload();
};

const sendFiles = async (form, submitter) => {
  const headers = { "X-Tell-Redirect": "yes" };
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers });
  } catch {
    sayAbove(form, "L'envoi n'a pas abouti", "Vérifiez votre connexion, puis envoyez de nouveau : rien n'est perdu. Un fichier modifié depuis son choix est à choisir de nouveau.");
    return;
  }
  const next = answer.headers.get("X-Redirect-To");
  if (next) { goTo(next); return; }
  // What is taken away is for the browser to take.
  if (!answer.headers.get("Content-Type")?.startsWith("text/html")) { form.submit(); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.status === 413) sayAbove(form, page.querySelector("h1").textContent, "Choisissez un fichier plus léger, puis envoyez de nouveau : le reste est gardé.");
  else showAnswer(form, page);
};

// After the one of alize.js, which lets a form be sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || event.submitter?.formTarget) return;
  if (form.enctype !== "multipart/form-data" || !chosenIn(form).length) return;
  event.preventDefault();
  if (form.dataset.leaves) return;
  form.dataset.leaves = "yes";
  sendFiles(form, event.submitter).finally(() => delete form.dataset.leaves);
});
