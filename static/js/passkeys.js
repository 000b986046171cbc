// Passkeys, without a dependency: the browser turns WebAuthn's options and answers into JSON itself.
// A form says what it does with data-passkey: login, authenticate or create.
"use strict";

const options = () => JSON.parse(document.getElementById("passkey-options").textContent);

const ceremonies = {
  // Signing in: the options are asked for when the button is pressed, they are good for one use.
  login: async (form) => {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    const { request_options: asked } = await answer.json();
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked.publicKey) });
  },
  authenticate: () =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options().request_options.publicKey) }),
  create: () => {
    const asked = options().creation_options.publicKey;
    // A key that opens the account alone is kept on the device and asks for a finger or a code.
    asked.authenticatorSelection = { ...asked.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
  },
};

const SENTENCES = {
  SecurityError: "Les clés d'accès ne fonctionnent pas à cette adresse : choisissez une autre façon.",
  InvalidStateError: "Cette clé est déjà enregistrée.",
  NotAllowedError: "La clé n'a pas répondu, ou vous avez annulé. Recommencez, ou choisissez une autre façon.",
};

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const error = form.querySelector("[data-passkey-error]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      error.hidden = true;
      try {
        const credential = await ceremonies[form.dataset.passkey](form);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch (failure) {
        error.textContent = SENTENCES[failure.name] ?? "La clé n'a pas pu être utilisée. Recommencez, ou choisissez une autre façon.";
        error.hidden = false;
      }
    });
  }
} else {
  for (const notice of document.querySelectorAll("[data-no-passkey]")) notice.hidden = false;
}
