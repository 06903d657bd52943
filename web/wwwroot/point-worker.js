// Keeps the shell of the counter without network, and gives it to whoever opens a page of the counter while there is none.
// Pages with people's things are never kept: only the shell, its script, its style and its letters.
const STORE = 'point-shell-1';
const language = new URL(registration.scope).pathname.split('/')[1];
const shell = `/${language}/point/offline`;

async function keepShell() {
  const store = await caches.open(STORE);
  const response = await fetch(shell, { credentials: 'omit' });
  if (!response.ok) throw new Error(`The shell answered ${response.status}.`);
  const html = await response.clone().text();
  const assets = [...html.matchAll(/(?:src|href)="(\/(?:dist\/[^"]+|favicon[^"]*))"/g)].map((match) => match[1]);
  const styles = await Promise.all(assets.filter((path) => path.includes('.css')).map(async (path) => [path, await (await fetch(path)).text()]));
  const fonts = styles.flatMap(([path, text]) => [...text.matchAll(/url\(([^)]+)\)/g)].map((match) => new URL(match[1].replace(/["']/g, ''), new URL(path, location.origin)).pathname)).filter((path) => path.startsWith('/dist/'));
  await store.addAll([...new Set([...assets, ...fonts])]);
  await store.put(shell, response);
}

addEventListener('install', (event) => event.waitUntil(keepShell().then(() => skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/') || url.pathname.endsWith('/offline/data')) return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).then((response) => {
      if (response.ok && url.pathname === shell) event.waitUntil(keepShell().catch(() => {}));
      return response;
    }).catch(async () => (await caches.match(shell)) ?? Response.error()));
  } else if (url.pathname.startsWith('/dist/') || url.pathname === '/favicon.svg') {
    event.respondWith(caches.match(request, { ignoreSearch: true }).then((kept) => kept ?? fetch(request)));
  }
});
