// Asks the browser for a passkey: to make one, or to touch the one that there is. What it answers leaves in the form.
// Nothing is kept here, and an identity on the page goes when the page does.
(function () {
  "use strict";

  // Milliseconds: the verifier takes an answer for two minutes, and the browser's own question takes some of them.
  var LIFE = 110000;

  function toBytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }

  function toText(buffer) {
    if (!buffer) return null;
    var plain = Array.from(new Uint8Array(buffer), function (b) { return String.fromCharCode(b); }).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function withBytes(descriptors) {
    return (descriptors || []).map(function (one) { return Object.assign({}, one, { id: toBytes(one.id) }); });
  }

  function ask(form) {
    var options = JSON.parse(form.dataset.options);
    options.challenge = toBytes(options.challenge);
    if (form.dataset.passkey === "create") {
      options.user = Object.assign({}, options.user, { id: toBytes(options.user.id) });
      options.excludeCredentials = withBytes(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = withBytes(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }

  function written(credential) {
    var answer = credential.response;
    var response = { clientDataJSON: toText(answer.clientDataJSON) };
    if (answer.attestationObject) {
      response.attestationObject = toText(answer.attestationObject);
      response.transports = answer.getTransports ? answer.getTransports() : [];
    } else {
      response.authenticatorData = toText(answer.authenticatorData);
      response.signature = toText(answer.signature);
      response.userHandle = toText(answer.userHandle);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || null,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response,
    });
  }

  function prepare(form) {
    var button = form.querySelector("button[type=submit]");
    var state = form.querySelector("[role=status]");
    if (!window.PublicKeyCredential || !navigator.credentials) {
      state.textContent = form.dataset.unknown;
      return;
    }
    button.disabled = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (performance.now() > LIFE) {
        button.disabled = true;
        state.textContent = form.dataset.stale;
        return;
      }
      button.disabled = true;
      state.textContent = form.dataset.waiting;
      ask(form).then(function (credential) {
        form.elements.assertion.value = written(credential);
        form.submit();
      }).catch(function (error) {
        button.disabled = false;
        state.textContent = error && error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      });
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(prepare);

  // Reloading the identity asks for the page of its agreement, and does not send the form again.
  if (document.querySelector("[data-once]")) window.history.replaceState(null, "", window.location.pathname);

  window.addEventListener("pagehide", function () {
    document.querySelectorAll("[data-once]").forEach(function (shown) { shown.remove(); });
  });
})();
