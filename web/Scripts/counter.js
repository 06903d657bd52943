// The counter's pages work without this file; it brings the keypad, the camera and the state of the queue.
import { openQueue } from './queue.js';

// Large keys for one hand. The field stays a field: typing works as before.
for (const field of document.querySelectorAll('input[data-keypad]')) {
  const pad = document.createElement('div');
  pad.className = 'm-pad2';
  pad.setAttribute('role', 'group');
  pad.setAttribute('aria-label', field.dataset.digits);
  for (const key of ['7', '8', '9', '4', '5', '6', '1', '2', '3', ',', '0', '←']) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = key;
    if (key === '←') button.setAttribute('aria-label', field.dataset.erase);
    button.addEventListener('click', () => {
      field.value = key === '←' ? field.value.slice(0, -1) : field.value + key;
      field.dispatchEvent(new Event('input'));
    });
    pad.append(button);
  }
  field.closest('.m-kgrow').after(pad);
}

// The camera is asked for by a click, and its reader loaded only then.
const camera = document.getElementById('camera');
const start = camera?.querySelector('button');
if (start && navigator.mediaDevices?.getUserMedia) {
  start.hidden = false;
  start.addEventListener('click', async () => {
    start.hidden = true;
    const say = camera.querySelector('.say');
    try {
      const { watch } = await import(new URL('./scan.js', import.meta.url).href);
      await watch(camera, (text) => {
        document.getElementById('code').value = text;
        document.getElementById('find').requestSubmit();
      });
    } catch {
      say.textContent = camera.dataset.failed;
    }
  });
}

// The chip: what waits on this device, and whether there is a network. Always in the same place.
const chip = document.getElementById('sync');
if (chip) {
  const show = async () => {
    const queue = await openQueue();
    const waiting = (await queue.open()).length;
    const online = navigator.onLine;
    chip.classList.toggle('m-sync--off', !online);
    chip.classList.toggle('m-sync--wait', online && waiting > 0);
    chip.querySelector('.off').style.display = online ? 'none' : '';
    chip.querySelector('span').textContent = (online ? (waiting ? chip.dataset.sending : chip.dataset.on) : (waiting ? chip.dataset.waiting : chip.dataset.off)).replace('{0}', waiting);
  };
  addEventListener('online', show);
  addEventListener('offline', show);
  show();
}

// The shell for days without network is kept as soon as the counter is opened once.
if ('serviceWorker' in navigator) {
  const root = `/${document.documentElement.lang}/point`;
  navigator.serviceWorker.register('/point-worker.js', { scope: root });
}
