// Says in words why a passkey was not used; the texts stand in the page. The ceremony itself is done by allauth's
// webauthn.js, which tells of errors by an event.
const said = document.getElementById("passkey-said");
const TEXTS = {
  AbortError: "brokenOff",
  NotAllowedError: "brokenOff",
  SecurityError: "address",
  InvalidStateError: "known",
};

function say(text) {
  said.hidden = false;
  said.textContent = said.dataset[text];
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  say(TEXTS[event.detail.exception.name] ?? "failed");
});

if (said && !window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey-button]")) button.disabled = true;
  say("none");
}
