// A form with files is sent from its page: given back with a fault, its files are still chosen. Without
// this file the browser sends it, and they are chosen again.
"use strict";

const files = "input[type=file]";
const chosenIn = (place) => [...place.querySelectorAll(files)].filter((input) => input.files.length);

// What stands on the page stays as it is, under what was answered.
const KEPT = "Ce que vous aviez saisi et choisi est toujours là.";
const sayAbove = (form, heading, sentence) => {
  form.querySelector("[data-error-summary]")?.remove();
  const summary = document.createElement("div");
  summary.className = "error-summary";
  summary.dataset.errorSummary = "";
  summary.setAttribute("role", "alert");
  summary.tabIndex = -1;
  for (const [tag, text] of [["h2", heading], ["p", sentence], ["p", KEPT]]) {
    summary.append(Object.assign(document.createElement(tag), { textContent: text }));
  }
  form.prepend(summary);
  summary.focus();
  free(form);
};

// Nobody knows whether the form arrived: the network was cut, or what answers is not the site.
const sayUnknown = (form) => sayAbove(form, "L'envoi n'a peut-être pas abouti",
  "Vérifiez votre connexion, et si l'envoi est déjà enregistré, avant de recommencer. Un fichier modifié depuis son choix est à choisir de nouveau.");

// A refusal that shows no form would take the files with it: what it says is said above them.
const sayPage = (form, main) => {
  const heading = main?.querySelector("h1");
  if (!heading) { sayUnknown(form); return; }
  // A token that was lost is given anew by the page that says so.
  const token = main.querySelector("[name=csrfmiddlewaretoken]");
  if (token) form.querySelector("[name=csrfmiddlewaretoken]").value = token.value;
  sayAbove(form, heading.textContent, main.querySelector("h1 ~ p, h1 ~ * p")?.textContent ?? "");
};

const showPage = (form, page, main, isDone) => {
  const chosen = isDone ? [] : chosenIn(form);
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
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
  const body = new FormData(form);
  // Older browsers leave out the button that was pressed.
  if (submitter?.name) body.append(submitter.name, submitter.value);
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const headers = { "X-Tell-Redirect": "yes" };
  let answer;
  let text;
  try {
    answer = await fetch(address, { method: "POST", body, headers });
    text = await answer.text();
  } catch {
    sayUnknown(form);
    return;
  }
  const next = answer.headers.get("X-Redirect-To");
  if (next) { goTo(next); return; }
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  const isGivenBack = main?.querySelector("form[enctype='multipart/form-data']");
  if (!main || !(answer.ok || isGivenBack)) { sayPage(form, main); return; }
  const isRefused = main.querySelector("[data-error-summary]") !== null;
  showPage(form, page, main, answer.ok && !isRefused);
  if (!isRefused) { scrollTo(0, 0); main.focus({ preventScroll: true }); }
};

// After the one of alize.js, which lets a form be sent once; it stays sent until it is answered, and
// while the page leaves.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || event.submitter?.formTarget) return;
  if (form.enctype !== "multipart/form-data" || !chosenIn(form).length) return;
  event.preventDefault();
  form.dataset.leaves = "yes";
  sendFiles(form, event.submitter);
});
