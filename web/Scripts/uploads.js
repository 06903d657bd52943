// A file on its way, and a file being read. Without this the form is sent as ever and the page reloads itself.
const form = document.querySelector('form[data-upload]');
if (form) {
  form.addEventListener('submit', (event) => {
    const file = form.querySelector('input[type=file]');
    if (!file?.files?.length) return; // the server says what is missing
    event.preventDefault();
    const note = form.querySelector('[data-sending]');
    const bar = note.querySelector('progress');
    const words = note.querySelector('span');
    note.hidden = false;
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.upload.addEventListener('progress', (sent) => {
      if (!sent.lengthComputable) return;
      bar.value = Math.round((100 * sent.loaded) / sent.total);
      words.textContent = `${form.dataset.upload} ${bar.value} %`;
    });
    request.addEventListener('load', () => {
      if (request.responseURL && request.responseURL !== form.action) {
        location.assign(request.responseURL);
      } else {
        document.open();
        document.write(request.responseText);
        document.close();
      }
    });
    request.addEventListener('error', () => form.submit());
    request.send(new FormData(form));
  });
}

const followed = document.querySelector('[data-events]');
if (followed && 'EventSource' in window) {
  const events = new EventSource(followed.dataset.events);
  events.addEventListener('message', ({ data }) => {
    const { words, percent, over } = JSON.parse(data);
    followed.querySelector('[data-words]').textContent = words;
    if (percent !== null) followed.querySelector('progress').value = percent;
    if (over) {
      events.close();
      location.reload();
    }
  });
}
