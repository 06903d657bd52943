// The map under the list of points: Leaflet over an outline, no tiles of anybody's.
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';

const colours = getComputedStyle(document.documentElement);
const colour = (name) => colours.getPropertyValue(name).trim();

function popup({ properties }) {
  const box = document.createElement('div');
  const link = Object.assign(document.createElement('a'), { href: properties.url, textContent: properties.address });
  const lines = [properties.name, properties.status].map((text) => Object.assign(document.createElement('div'), { textContent: text }));
  box.append(link, ...lines);
  return box;
}

// Names of towns stand for streets: the large ones always, the others when there is room.
function towns(view, list) {
  const labels = list.map(([name, lat, lon, isLarge]) => ({ isLarge, label: L.tooltip({ permanent: true, direction: 'right', offset: [6, 0], className: 'm-town', interactive: false }).setLatLng([lat, lon]).setContent(name) }));
  const show = () => {
    for (const { isLarge, label } of labels) {
      if (isLarge || view.getZoom() >= 6.5) label.addTo(view);
      else label.remove();
    }
  };
  view.on('zoomend', show);
  view.whenReady(show);
}

export async function map(box) {
  const [outline, points] = await Promise.all([box.dataset.outline, box.dataset.points].map(async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.json();
  }));
  box.hidden = false;
  const view = L.map(box, { attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: 15, zoomSnap: 0.25, zoomDelta: 1, scrollWheelZoom: false });
  L.control.zoom({ zoomInTitle: box.dataset.in, zoomOutTitle: box.dataset.out }).addTo(view);
  const country = L.geoJSON(outline, { interactive: false, style: { color: colour('--brand'), weight: 1.5, fillColor: colour('--paper'), fillOpacity: 1 } }).addTo(view);
  const marks = L.geoJSON(points, {
    pointToLayer: ({ properties }, place) => L.circleMarker(place, {
      radius: 7, weight: 2, color: colour('--brand'), fillColor: properties.is_open ? colour('--brand') : colour('--paper'), fillOpacity: 1,
    }),
    onEachFeature: (feature, layer) => layer.bindPopup(() => popup(feature)),
  }).addTo(view);
  towns(view, JSON.parse(box.dataset.towns));
  const { lat, lon } = box.dataset;
  if (lat && lon) {
    L.circleMarker([lat, lon], { radius: 9, weight: 3, color: colour('--ink'), fill: false, interactive: false }).addTo(view);
    view.setView([lat, lon], 11);
  } else {
    const some = points.features.length > 0 && new URL(box.dataset.points, location.href).search !== '';
    view.fitBounds((some ? marks : country).getBounds(), { padding: [16, 16], maxZoom: 12 });
  }
}
