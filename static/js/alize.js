// Comforts only: every page works without this file. No dependency; htmx is met through its events.
"use strict";

const announce = (text) => {
  const region = document.getElementById("annonces");
  region.textContent = "";
  // A change after a pause is what screen readers notice.
  setTimeout(() => { region.textContent = text; }, 100);
};

// -- A form is sent once, after the draft that is under way --------------------------------------
const RESEND_MILLISECONDS = 10_000;
const free = (form) => {
  delete form.dataset.sent;
  delete form.dataset.leaves;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
  if (event.submitter?.formTarget) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  const draft = form.querySelector(".htmx-request");
  if (draft) {
    event.preventDefault();
    draft.addEventListener("htmx:afterRequest", () => form.requestSubmit(event.submitter), { once: true });
    return;
  }
  form.dataset.sent = "yes";
  // Later: a button disabled at once would not send its own name and value.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
    }
    announce("Envoi en cours");
  }, 0);
  // An answer that is a file leaves the page where it is: its form may be sent again.
  setTimeout(() => { if (!form.dataset.leaves) free(form); }, RESEND_MILLISECONDS);
});

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

// -- What was typed survives a lost session ----------------------------------------------------
// A form opts in with data-draft="name" (never one with an IBAN). Kept in this tab only, for the
// same person, and offered back only after a sign-in page, or « Confirmer que c'est vous »
// (data-keeps-drafts), came in between.
const PREFIX = "alize:draft:";
const LOST = "alize:session-lost";
const person = document.body.dataset.person;

const draftKey = (form) => `${PREFIX}${person}:${location.pathname}:${form.dataset.draft}`;
const draftFields = (form) => [...form.elements].filter((field) =>
  field.name && field.name !== "csrfmiddlewaretoken" && !["file", "password", "hidden", "submit", "button"].includes(field.type));
// Which writing was typed over (data-draft-base): put back with the draft, so that what somebody else
// saved meanwhile is compared, never erased.
const draftBases = (form) => [...form.elements].filter((field) => field.dataset.draftBase !== undefined);

const keepDraft = (form) => {
  const values = draftFields(form).map((field) =>
    ["checkbox", "radio"].includes(field.type) ? [field.name, field.value, field.checked] : [field.name, field.value]);
  const bases = draftBases(form).map((field) => [field.name, field.value]);
  sessionStorage.setItem(draftKey(form), JSON.stringify({ values, bases }));
};

const restoreDraft = (form, { values, bases }) => {
  let changed = false;
  for (const [name, value, checked] of values) {
    for (const field of draftFields(form).filter((candidate) => candidate.name === name)) {
      if (checked === undefined && field.value !== value) { field.value = value; changed = true; }
      if (checked !== undefined && field.value === value && field.checked !== checked) { field.checked = checked; changed = true; }
    }
  }
  const started = new Map(changed ? bases : []);
  for (const field of draftBases(form)) field.value = started.get(field.name) ?? field.value;
  return changed;
};

// For a page that reloads by itself, or leaves with one of its forms only.
const returnDrafts = () => sessionStorage.setItem(LOST, "yes");

const forgetDrafts = () => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  sessionStorage.removeItem(LOST);
};

const keptDrafts = Object.keys(sessionStorage).some((key) => key.startsWith(PREFIX));
const keeper = document.querySelector("[data-keeps-drafts]");
if (keeper) {
  if (keptDrafts) sessionStorage.setItem(LOST, "yes");
  // A form that the server gives back (its page is the value) is put back there by its own draft.
  const page = keeper.dataset.keepsDrafts;
  const drafts = page && `${PREFIX}${person}:${new URL(page, location).pathname}:`;
  if (page && Object.keys(sessionStorage).some((key) => key.startsWith(drafts))) location.replace(page);
} else if (person) {
  const lost = sessionStorage.getItem(LOST);
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const draft = sessionStorage.getItem(draftKey(form));
    if (lost && draft && restoreDraft(form, JSON.parse(draft))) {
      const notice = document.createElement("div");
      notice.className = "notice notice-info";
      notice.setAttribute("role", "status");
      notice.textContent = "Rien n'est perdu : nous avons remis ce que vous aviez saisi.";
      form.prepend(notice);
    }
  }
  document.addEventListener("input", ({ target }) => { if (target.form?.matches("[data-draft]")) keepDraft(target.form); });
  // Any page seen while signed in means the earlier forms arrived, or were left on purpose.
  for (const key of Object.keys(sessionStorage)) {
    const here = [...document.querySelectorAll("form[data-draft]")].some((form) => draftKey(form) === key);
    if (key.startsWith(PREFIX) && !here) sessionStorage.removeItem(key);
  }
  sessionStorage.removeItem(LOST);
} else if (keptDrafts) {
  sessionStorage.setItem(LOST, "yes");
}
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-forget-drafts")) forgetDrafts();
});

// -- Saving while one types --------------------------------------------------------------------
const autosaveStatus = (event, state, text) => {
  const status = event.target.closest("form")?.querySelector("[data-autosave-status]");
  if (!status) return;
  status.dataset.state = state;
  status.textContent = text;
};
const clock = () => {
  const now = new Date();
  return `${now.getHours()} h ${String(now.getMinutes()).padStart(2, "0")}`;
};
document.addEventListener("htmx:beforeRequest", (event) => {
  // A draft that came after its form would be refused, or bring back what was just saved.
  if (event.target.closest("form")?.dataset.sent) event.preventDefault();
  else autosaveStatus(event, "saving", "Enregistrement…");
});
document.addEventListener("htmx:afterRequest", (event) => {
  // What is saved is what one goes on typing over.
  const form = event.target.closest("form[data-draft]");
  if (event.detail.successful && form && sessionStorage.getItem(draftKey(form))) keepDraft(form);
  if (event.detail.successful) autosaveStatus(event, "saved", `Brouillon enregistré à ${clock()}`);
  else autosaveStatus(event, "failed", "Brouillon non enregistré : ne fermez pas la page, nous réessayons à la prochaine saisie.");
});

// -- A page, or what takes the place of its main part --------------------------------------------
const UNDO_MILLISECONDS = 10_000;
const dress = (place) => {
  // A table or a picture wider than its frame says so.
  for (const frame of place.querySelectorAll(".table-frame, .chart-frame, .scroll")) {
    const tell = () => frame.classList.toggle("has-more", frame.scrollWidth - frame.clientWidth - frame.scrollLeft > 1);
    frame.addEventListener("scroll", tell, { passive: true });
    new ResizeObserver(tell).observe(frame);
  }

  for (const toast of place.querySelectorAll("[data-undo]")) {
    toast.classList.add("floating");
    const close = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(close, 2_000);
      else toast.remove();
    };
    setTimeout(close, UNDO_MILLISECONDS);
  }

  for (const button of place.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      announce("Copié");
      button.lastChild.textContent = " Copié";
    });
  }

  place.querySelector("[data-error-summary]")?.focus();
};
dress(document);

// -- Menus ---------------------------------------------------------------------------------------
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});
