// A form with data-passkey asks the server for a challenge, hands it to the browser's passkeys and posts the answer as a field.
// Without passkeys the form stays hidden; the password works everywhere.
export function startPasskeys() {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    return;
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', async event => {
      event.preventDefault();
      try {
        const answer = await fetch(form.dataset.options, { method: 'POST', body: new URLSearchParams({ __RequestVerificationToken: form.elements.__RequestVerificationToken.value }) });
        if (!answer.ok) {
          throw new Error(`${answer.status}`);
        }

        const options = await answer.json();
        const credential = form.dataset.passkey === 'create'
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
        form.elements.Credential.value = JSON.stringify(credential);
        form.submit();
      } catch (problem) {
        // The reader closed the browser's window: nothing happened, so nothing is said. Anything else the server explains.
        if (problem.name !== 'NotAllowedError' && problem.name !== 'AbortError') {
          form.submit();
        }
      }
    });
  }
}
