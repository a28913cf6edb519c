// Passkeys (WebAuthn Level 3): asks the device for what the page's form says, and sends its answer
// with the form. Where a browser has none the form stays hidden, and the mailed link works.
"use strict";

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

// What the device is asked: the bytes of the JSON as bytes.
function options(form) {
  const asked = JSON.parse(form.dataset.options).publicKey;
  asked.challenge = decode(asked.challenge);
  if (asked.user) asked.user.id = decode(asked.user.id);
  for (const known of asked.excludeCredentials || []) known.id = decode(known.id);
  return { publicKey: asked };
}

// What it answered, as JSON.
function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  const id = encode(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response });
}

function prepare(form) {
  const field = form.querySelector("[name=answer]");
  const status = form.querySelector("[role=status]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    status.textContent = form.dataset.working;
    try {
      const asked = options(form);
      const credential = await (asked.publicKey.user
        ? navigator.credentials.create(asked)
        : navigator.credentials.get(asked));
      field.value = answer(credential);
      form.requestSubmit();
    } catch {
      status.textContent = form.dataset.failed;
    }
  });
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-options]")) prepare(form);
}
