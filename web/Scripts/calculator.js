// A file on its way to the calculator shows how far it is: the server calculates while it reads, so what has left us has
// nearly been calculated. Without this file the browser's own progress does. Nothing is stored on either side.
let lastFile = null;

const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

// Rows are counted in the beginning of the file and taken for the rest of it.
async function rowsIn(file) {
  const start = new Uint8Array(await file.slice(0, 262144).arrayBuffer());
  const lines = start.reduce((count, byte) => count + (byte === 10), 0);
  return lines > 1 && !/\.xlsx$/i.test(file.name) ? Math.round((file.size / start.length) * lines) : 0;
}

const rounded = (value) => (value > 1000 ? Math.round(value / 1000) * 1000 : Math.round(value)).toLocaleString(document.documentElement.lang);

function send(form, data, file, onDone) {
  const box = form.querySelector('[data-progress]');
  const bar = box.querySelector('progress');
  const line = box.querySelector('[data-progress-line]');
  const began = performance.now();
  let rows = 0;
  let spoken = 0;
  rowsIn(file).then((count) => { rows = count; });
  const request = new XMLHttpRequest();
  request.responseType = 'blob';
  request.open('POST', form.action);
  request.upload.addEventListener('progress', (event) => {
    const share = event.total > 0 ? event.loaded / event.total : 0;
    bar.value = share * 100;
    if (performance.now() - spoken < 500) return;
    spoken = performance.now();
    const left = share > 0 ? Math.ceil(((performance.now() - began) / 1000) * (1 / share - 1)) : 0;
    line.textContent = form.dataset.progressText
      .replace('{1}', rounded(rows * share)).replace('{2}', rounded(rows))
      .replace('{3}', megabytes(event.loaded)).replace('{4}', megabytes(event.total)).replace('{5}', left);
  });
  request.upload.addEventListener('load', () => { line.textContent = form.dataset.doneText; });
  request.addEventListener('load', () => onDone(request));
  request.addEventListener('error', () => { line.textContent = form.dataset.failedText; });
  box.hidden = false;
  request.send(data);
}

function download(request) {
  const name = /filename="([^"]+)"/.exec(request.getResponseHeader('Content-Disposition') ?? '')?.[1] ?? 'calculator.csv';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(request.response);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function show(request, enhance) {
  const page = new DOMParser().parseFromString(await request.response.text(), 'text/html');
  document.title = page.title;
  document.querySelector('main').replaceWith(document.adoptNode(page.querySelector('main')));
  enhance(document.querySelector('main'));
  offerFiles();
  document.getElementById('outcome')?.focus();
  window.scrollTo(0, 0);
}

// The file is still in our hands, so its CSV can be asked for although the page has no copy of it.
function offerFiles() {
  for (const button of document.querySelectorAll('button[data-answer][hidden]')) button.hidden = lastFile === null;
}

export function watchCalculator(enhance) {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const submitter = event.submitter;
    if (!form.matches('[data-upload]') || submitter?.name === '_language') return;
    const chosen = form.querySelector('input[type=file]').files[0];
    const file = chosen ?? (submitter?.hasAttribute('data-answer') && form.querySelector('[name=asked]').dataset.file ? lastFile : null);
    const isForFile = submitter === null || submitter.value === 'file' || submitter.hasAttribute('data-answer');
    if (!file || !isForFile) return;
    event.preventDefault();
    lastFile = file;
    const data = new FormData(form, submitter);
    data.delete('File');
    data.append('File', file);
    const isCsv = data.getAll('answer')[0] !== 'page';
    send(form, data, file, (request) => {
      form.querySelector('[data-progress]').hidden = true;
      if (isCsv) download(request); else show(request, enhance);
    });
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-upload] input[type=file]')) lastFile = event.target.files[0] ?? lastFile;
  });
}
