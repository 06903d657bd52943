// The counter without network. Everything it knows lies on the device; everything it does is a record in the queue.
import { openQueue } from './queue.js';

const page = document.getElementById('offline');
const words = JSON.parse(document.getElementById('words').textContent);
const say = (key, ...values) => values.reduce((text, value, at) => text.replace(`{${at}}`, value), words[key] ?? key);
const by = (id) => document.getElementById(id);
const kilograms = (text) => {
  const plain = text.replace(/[\s\u00A0]/g, '').replace(',', '.');
  return /^\d{1,6}(\.\d{1,3})?$/.test(plain) ? Math.round(Number(plain) * 1000) : null;
};
const shownMass = (grams) => (grams / 1000).toFixed(3).replace('.', document.documentElement.lang === 'en' ? '.' : ',');
const clock = (iso) => new Date(iso).toLocaleTimeString('ru-RU', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Almaty' });

// The same alphabet, look-alikes and check character as the server's.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
function codeOf(typed) {
  const cyrillic = 'АВСЕНКМОРТХУІ', latin = 'ABCEHKM0PTXY1';
  const code = [...typed.toUpperCase()].filter((c) => !' -\u00A0'.includes(c)).map((c) => (cyrillic.includes(c) ? latin[cyrillic.indexOf(c)] : c)).map((c) => (c === 'O' ? '0' : c === 'I' || c === 'L' ? '1' : c)).join('');
  if (code.length !== 9 || [...code].some((c) => !ALPHABET.includes(c))) return null;
  let sum = 0, factor = 2;
  for (let i = 7; i >= 0; i--) {
    const addend = factor * ALPHABET.indexOf(code[i]);
    sum += Math.floor(addend / 32) + (addend % 32);
    factor = 3 - factor;
  }
  return ALPHABET[(32 - (sum % 32)) % 32] === code[8] ? code : null;
}

const queue = await openQueue();
let place = await queue.kept('place');

async function refresh() {
  try {
    const response = await fetch(`${page.dataset.root}/offline/data`, { headers: { Accept: 'application/json' }, redirect: 'manual' });
    if (response.ok) {
      place = await response.json();
      await queue.keep('place', place);
    }
  } catch {
    // No network: what is kept is used.
  }
}

// Containers of the server and those opened on this device, without those that were sealed.
async function boxes() {
  const records = await queue.all();
  const gone = new Set(records.filter((one) => one.kind === 'Seal' && one.outcome !== 'Refused').map((one) => JSON.parse(one.body).container));
  const own = records.filter((one) => one.kind === 'Container' && one.outcome !== 'Refused' && !place.containers.some((box) => box.id === one.id))
    .map((one) => ({ id: one.id, number: one.about.number, ...JSON.parse(one.body) })).map((box) => ({ ...box, reuse: box.for_reuse }));
  return [...place.containers, ...own].filter((box) => !gone.has(box.id));
}

function options(select, list, text, value) {
  const before = select.value;
  select.replaceChildren(...list.map((one) => new Option(text(one), value(one))));
  if ([...select.options].some((option) => option.value === before)) select.value = before;
}

async function show() {
  const isReady = place && place.paired;
  by('not-ready').hidden = Boolean(place);
  by('not-paired').hidden = !place || place.paired;
  by('work').hidden = !isReady;
  if (place) by('where').textContent = `${place.point_name} · ${place.person_name}`;
  const records = await queue.all();
  const waiting = records.filter((one) => !['Applied', 'Refused', 'Forked'].includes(one.outcome));
  const online = navigator.onLine;
  const chip = by('sync');
  chip.classList.toggle('m-sync--off', !online);
  chip.classList.toggle('m-sync--wait', online && waiting.length > 0);
  chip.querySelector('.off').setAttribute('visibility', online ? 'hidden' : 'visible');
  chip.querySelector('span').textContent = online ? (waiting.length ? say('sending', waiting.length) : words.on) : (waiting.length ? say('waiting', waiting.length) : words.off);
  by('queue-title').textContent = say('queue', waiting.length);
  const sent = await queue.kept('sent');
  by('sent').textContent = sent ? say('lastSent', clock(sent)) : words.neverSent;
  if (isReady) {
    const list = await boxes();
    const name = (box) => `${box.number} · ${box.category}${box.reuse ? ' · ' + words.reuse : ''}`;
    const thing = place.things.find((one) => one.key === by('thing').value);
    options(by('container'), list.filter((box) => !thing || box.category === 'mixed' || box.category === thing.category), name, (box) => box.id);
    options(by('seal-container'), list, name, (box) => box.id);
  }
  by('outbox').replaceChildren(...records.reverse().slice(0, 100).map((one) => row(one, records)));
  by('empty').hidden = records.length > 0;
}

function row(one, records) {
  const item = document.createElement('li');
  const undone = records.some((other) => other.kind === 'Undo' && JSON.parse(other.body).event === one.id);
  const time = Object.assign(document.createElement('span'), { className: 'u', textContent: clock(one.at) });
  const what = document.createElement('span');
  const mass = one.about.grams ? Object.assign(document.createElement('b'), { textContent: `, ${shownMass(one.about.grams)} ${words.kg}` }) : '';
  const note = Object.assign(document.createElement('span'), { className: 'm-s', textContent: one.about.note ?? '' });
  what.append(one.about.what, mass, document.createElement('br'), note);
  const state = document.createElement('span');
  state.className = 'm-s';
  const mayUndo = one.kind === 'Accept' && one.outcome === 'Queued' && !undone;
  if (mayUndo) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'm-linklike', textContent: words.undo });
    button.addEventListener('click', async () => {
      await queue.add('Undo', place.person, { event: one.id }, { what: `${words.undone}: ${one.about.what}` });
      await show();
    });
    state.append(button);
  } else {
    state.textContent = undone ? words.undone : one.outcome === 'Applied' ? words.sent : one.outcome === 'Waiting' ? words.behind : one.outcome === 'Queued' ? words.inQueue : say('refusedBy', one.reason ?? one.outcome);
  }
  state.dataset.outcome = one.outcome;
  item.append(time, what, state);
  return item;
}

function problem(text) {
  const box = by('problem');
  box.textContent = text ?? '';
  box.hidden = !text;
  if (text) box.focus();
}

// A walk-in is opened by a record of its own; a code is only noted: the server looks it up later.
async function visit(key, data) {
  const typed = by('offline-code').value.trim();
  if (typed) {
    const code = codeOf(typed);
    if (!code) throw new Error(words.badCode);
    return { code };
  }
  const opened = await queue.add('DropOff', place.person, { language: document.documentElement.lang, items: [{ unu_key: key, condition: 'Unknown', data_choice: data, for_reuse: false }] }, { what: words.walkIn });
  return { drop_off: opened.id };
}

by('accept-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const refuses = event.submitter?.value === 'refuse';
  const thing = place.things.find((one) => one.key === form.get('thing'));
  const grams = kilograms(form.get('kg') ?? '');
  const day = new Date().toDateString();
  try {
    if ((await queue.all()).filter((one) => one.kind === 'Accept' && new Date(one.at).toDateString() === day).length >= place.quota) throw new Error(say('quota', place.quota));
    if (!thing || (!refuses && (!form.get('condition') || !form.get('container') || !grams))) throw new Error(words.missing);
    const data = form.get('data');
    if (!refuses && (data === 'Wipe' || data === 'Destroy') && !form.get('bag')) throw new Error(words.bagMissing);
    const who = await visit(thing.key, data);
    const code = who.code ? who.code.slice(0, 4) + '-' + who.code.slice(4) : words.walkIn;
    if (refuses) {
      await queue.add('Refuse', place.person, { ...who, unu_key: thing.key, reason: form.get('reason'), note: null }, { what: `${thing.name}: ${words.refused}`, note: code });
    } else {
      const one = await queue.add('Accept', place.person, {
        ...who,
        items: [{
          unu_key: thing.key, condition: form.get('condition'), gross_grams: grams, tare_grams: null, serial: form.get('serial') || null, tamper_label: form.get('label') || null,
          bag_no: form.get('bag') || null, data_choice: data, hazards: form.getAll('hazards'), for_reuse: false, container: form.get('container'),
        }],
      }, { what: thing.name, grams, note: [code, form.get('bag')].filter(Boolean).join(' · ') });
      const photo = form.get('photo');
      if (photo?.size) await queue.photo(one.id, photo);
    }
    problem(null);
    event.target.reset();
    await show();
    send();
  } catch (reason) {
    problem(reason.message);
  }
});

by('container-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const tare = kilograms(form.get('tare'));
  if (tare === null) return problem(words.missing);
  const count = (await queue.all()).filter((one) => one.kind === 'Container').length + 1;
  await queue.add('Container', place.person, { kind: form.get('kind'), category: form.get('category'), for_reuse: false, tare_grams: tare, capacity_grams: null },
    { what: words.containerOpened, note: form.get('category'), number: `${words.unnumbered} ${count}` });
  problem(null);
  event.target.reset();
  await show();
  return send();
});

by('seal-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const gross = kilograms(form.get('gross'));
  const box = (await boxes()).find((one) => one.id === form.get('container'));
  if (!gross || !box || !form.get('seal')) return problem(words.missing);
  await queue.add('Seal', place.person, { container: box.id, gross_grams: gross, seal_no: form.get('seal') }, { what: box.number, grams: gross, note: say('sealed', form.get('seal')) });
  problem(null);
  event.target.reset();
  await show();
  return send();
});

async function send() {
  if (!place?.paired || !navigator.onLine) return;
  try {
    const status = await queue.send(place);
    by('revoked').hidden = status !== 401;
    await refresh();
  } catch {
    // The network went away in between: the queue is as it was.
  }
  await show();
}

by('send').addEventListener('click', send);
by('thing').addEventListener('change', show);
addEventListener('online', send);
addEventListener('offline', show);
setInterval(send, 15000);

await refresh();
if (place) options(by('thing'), [...place.things].sort((one, other) => one.name.localeCompare(other.name, document.documentElement.lang)), (one) => one.name, (one) => one.key);
await show();
page.dataset.ready = 'true';
send();
