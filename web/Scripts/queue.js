// The device's queue: records are written here first, each with the hash of the one before, and leave only when the server has answered for good.
import { openDB } from 'idb';

const FINAL = new Set(['Applied', 'Refused', 'Forked']);
let opened;

export function openQueue() {
  opened ??= openDB('ewaste-point', 1, {
    upgrade(db) {
      db.createObjectStore('events', { keyPath: 'sequence' });
      db.createObjectStore('photos', { keyPath: 'id' });
      db.createObjectStore('kept');
    },
  }).then((db) => new Queue(db));
  return opened;
}

async function sha256(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

class Queue {
  constructor(db) {
    this.db = db;
  }

  keep(name, value) {
    return this.db.put('kept', value, name);
  }

  kept(name) {
    return this.db.get('kept', name);
  }

  all() {
    return this.db.getAll('events');
  }

  async open() {
    return (await this.all()).filter((one) => !FINAL.has(one.outcome));
  }

  // One at a time, over all tabs: a number used twice would be a fork.
  add(kind, person, body, about) {
    return this.alone('ewaste-point-add', async () => {
      const last = await this.kept('last') ?? { sequence: 0, hash: null };
      const one = {
        id: crypto.randomUUID(), sequence: last.sequence + 1, previous_hash: last.hash, kind, person, at: new Date().toISOString(), body: JSON.stringify(body), outcome: 'Queued', about,
      };
      one.hash = await sha256([one.previous_hash ?? '', one.sequence, kind, one.id, person, one.at, one.body].join('\n'));
      const change = this.db.transaction(['events', 'kept'], 'readwrite', { durability: 'strict' });
      change.objectStore('events').put(one);
      change.objectStore('kept').put({ sequence: one.sequence, hash: one.hash }, 'last');
      await change.done;
      return one;
    });
  }

  photo(id, file) {
    return this.db.put('photos', { id, file });
  }

  // Sends what is not answered for good. Sending twice does no harm, so nothing is taken away before the answer is kept.
  send(place) {
    return this.alone('ewaste-point-send', async () => {
      const waiting = (await this.open()).slice(0, 200);
      if (waiting.length > 0) {
        const events = waiting.map(({ id, sequence, previous_hash, kind, person, at, body }) => ({ id, sequence, previous_hash, kind, person, at, body }));
        const response = await fetch('/api/v1/point/events', {
          method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ point: place.point, scale_no: place.scale_no, scale_verified_until: place.scale_until, events }),
        });
        if (!response.ok) return response.status;
        const answers = new Map((await response.json()).events.map((answer) => [answer.id, answer]));
        const change = this.db.transaction('events', 'readwrite');
        for (const one of waiting) {
          const answer = answers.get(one.id);
          if (answer) change.store.put({ ...one, outcome: answer.outcome, reason: answer.reason, result: answer.result });
        }
        await change.done;
        await this.keep('sent', new Date().toISOString());
      }
      await this.sendPhotos();
      return 200;
    });
  }

  // Pictures follow when their record has arrived.
  async sendPhotos() {
    const applied = new Set((await this.all()).filter((one) => one.outcome === 'Applied').map((one) => one.id));
    for (const { id, file } of await this.db.getAll('photos')) {
      if (!applied.has(id)) continue;
      const response = await fetch(`/api/v1/point/photos/${id}`, { method: 'PUT', headers: { 'Content-Type': file.type || 'application/octet-stream' }, body: file });
      if (response.ok || response.status === 400) await this.db.delete('photos', id);
    }
  }

  alone(name, work) {
    return navigator.locks ? navigator.locks.request(name, work) : work();
  }
}
