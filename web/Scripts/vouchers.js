// The live QR draws itself anew each half minute; the till's camera reads one where the browser can. Typing works without both.
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

async function scanInto(box) {
  const video = box.querySelector('video');
  const field = box.closest('form').elements[box.dataset.scanInto];
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.hidden = false;
  await video.play();
  const look = async () => {
    const [found] = await detector.detect(video);
    if (!found) {
      requestAnimationFrame(look);
      return;
    }

    video.srcObject.getTracks().forEach((track) => track.stop());
    video.hidden = true;
    field.value = found.rawValue;
    field.form.requestSubmit();
  };
  look();
}

export async function startVouchers() {
  document.querySelectorAll('[data-live]').forEach(keepLive);
  if (!('BarcodeDetector' in window) || !navigator.mediaDevices) {
    return;
  }

  for (const box of document.querySelectorAll('[data-scan-into]')) {
    box.hidden = false;
    box.querySelector('button').addEventListener('click', () => scanInto(box));
  }
}
