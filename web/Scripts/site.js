// Everything works without this file; it makes some things quicker.
import './uploads.js';
import { Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, SkipLink } from 'govuk-frontend';
import { watchCalculator } from './calculator.js';
import { startPasskeys } from './passkeys.js';
import { startVouchers } from './vouchers.js';

// A browser that runs modules is new enough for the components; the classes open what only a script can close.
document.body.classList.add('js-enabled', 'govuk-frontend-supported');
function enhance(root) {
  for (const Component of [Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, SkipLink]) {
    for (const element of root.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
      new Component(element);
    }
  }

  // The spoken name of the enhanced file button is its label and its visible words, without a comma that nobody sees:
  // otherwise those who speak to their browser cannot name it.
  for (const button of root.querySelectorAll('button.govuk-file-upload-button')) {
    document.getElementById(`${button.id}-comma`)?.remove();
    button.setAttribute('aria-labelledby', `${button.id}-label ${button.id}`);
  }

  // Codes and reference numbers: one click to copy. The text beside the button stays selectable without it.
  for (const button of root.querySelectorAll('button[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }
}

// A page that waits for somebody else's word looks again by itself; without a script a noscript refresh does.
const waiting = document.querySelector('[data-reload]');
if (waiting) setTimeout(() => location.reload(), waiting.dataset.reload * 1000);

enhance(document);
watchCalculator(enhance);
startPasskeys();
startVouchers();

// A page that waits for somebody else asks now and then, and shows itself again when there is news.
for (const watched of document.querySelectorAll('[data-watch]')) {
  setInterval(async () => {
    const response = await fetch(watched.dataset.watch).catch(() => null);
    if (response?.ok && (await response.text()) !== watched.dataset.mark && !document.activeElement?.matches('input')) location.reload();
  }, 5000);
}
