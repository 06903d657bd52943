// The position of the browser, and the map when it comes near. Everything they show or ask also works without this file.

function near() {
  const button = document.getElementById('near');
  const form = document.getElementById('seek');
  if (!button || !form || !navigator.geolocation) return;
  const said = document.getElementById('near-said');
  button.hidden = false;
  button.addEventListener('click', () => {
    said.textContent = button.dataset.busy;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Three decimals are a hundred metres: enough to sort points, and no more is told.
        for (const [name, value] of [['lat', coords.latitude], ['lon', coords.longitude]]) {
          let field = form.elements.namedItem(name);
          if (!field) {
            field = Object.assign(document.createElement('input'), { type: 'hidden', name });
            form.append(field);
          }
          field.value = value.toFixed(3);
        }
        form.elements.namedItem('town').value = '';
        form.submit();
      },
      () => { said.textContent = button.dataset.failed; },
      { timeout: 10000, maximumAge: 300000 },
    );
  });
  // Whoever chooses a town asks about the town.
  form.elements.namedItem('town').addEventListener('change', () => {
    for (const name of ['lat', 'lon']) form.elements.namedItem(name)?.remove();
  });
}

// The map weighs more than the list: it comes when it is about to be seen.
async function showMap(box) {
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: box.dataset.style });
  document.head.append(sheet);
  const { map } = await import(box.dataset.script);
  await map(box);
}

near();
const box = document.getElementById('map');
if (box) {
  box.hidden = false;
  new IntersectionObserver((entries, watch) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      watch.disconnect();
      showMap(box);
    }
  }, { rootMargin: '400px' }).observe(box);
}
