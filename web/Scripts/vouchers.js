// The live QR draws itself anew each half minute; the till's camera reads one. Typing works without both.
const HALF_A_MINUTE = 30_000;

function keepLive(place) {
  setInterval(async () => {
    const answer = await fetch(place.dataset.live, { credentials: 'same-origin', cache: 'no-store' });
    if (answer.ok) {
      place.innerHTML = await answer.text();
    } else if (answer.status === 404) {
      location.reload(); // it was spent or stopped meanwhile: the page says so
    }
  }, HALF_A_MINUTE);
}

// The reader is loaded only when the camera is asked for; it brings our own where the browser has none.
async function scanInto(box) {
  const button = box.querySelector('button');
  const field = box.closest('form').elements[box.dataset.scanInto];
  button.hidden = true;
  try {
    const { watch } = await import(new URL('./scan.js', import.meta.url).href);
    await watch(box, (text) => {
      box.querySelector('video').hidden = true;
      field.value = text;
      field.form.requestSubmit();
    });
  } catch {
    box.querySelector('p').textContent = box.dataset.failed;
    field.focus();
  }
}

export function startVouchers() {
  document.querySelectorAll('[data-live]').forEach(keepLive);
  if (!navigator.mediaDevices?.getUserMedia) {
    return;
  }

  for (const box of document.querySelectorAll('[data-scan-into]')) {
    box.hidden = false;
    box.querySelector('button').addEventListener('click', () => scanInto(box));
  }
}
