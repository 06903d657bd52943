// Builds wwwroot/dist: one style sheet for pages and one for papers, one script, fonts cut down to the letters we write.
// Everything is written beside its place and renamed, so two builds at once cannot leave half a file.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error: the front-end build needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const { compileString, NodePackageImporter } = await import('sass');
const { build } = await import('esbuild');
const { default: subsetFont } = await import('subset-font');
const { feature } = await import('topojson-client');

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'wwwroot', 'dist');
const fontFiles = join(here, 'node_modules/@fontsource-variable/golos-text/files');

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');
// What the three languages and our own signs need, by the files of the font package. A letter that is
// missing here falls back to another face in the middle of a word: the test of the texts looks for that.
const letters = {
  latin: range(0x20, 0x7e) + ' ©«»·×÷±°²³½–—‘’“”„•…′″−⁄€™→↑↓ ' + range(0x2009, 0x200a),
  'latin-ext': '₸',
  cyrillic: range(0x410, 0x44f) + 'ЁёІі№Ұұ', // the package keeps this one Kazakh letter among the Russian ones
  'cyrillic-ext': 'ӘәҒғҚқҢңӨөҮүҺһ',
};
const ranges = {
  latin: 'U+0000-00FF, U+2000-206F, U+20AC, U+2122, U+2190-2193, U+2212',
  'latin-ext': 'U+20B8',
  cyrillic: 'U+0400-045F, U+04B0-04B1, U+2116',
  'cyrillic-ext': 'U+0490-04AF, U+04B2-04FF',
};

async function put(name, content) {
  const path = join(dist, name);
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}.half`;
  await writeFile(half, content);
  await rename(half, path);
}

// Pages have one variable font. Papers have a file for each weight: a PDF can only embed a font that does not vary, and draws the other kind glyph by glyph.
const weights = { site: [{ css: '400 600', axis: { min: 400, max: 600 }, name: '' }], paper: [400, 500, 600].map(weight => ({ css: `${weight}`, axis: weight, name: `-${weight}` })) };

async function fonts(sheet) {
  const faces = [];
  for (const [name, text] of Object.entries(letters)) {
    const whole = await readFile(join(fontFiles, `golos-text-${name}-wght-normal.woff2`));
    for (const weight of weights[sheet]) {
      const part = await subsetFont(whole, text, { targetFormat: 'woff2', variationAxes: { wght: weight.axis } });
      // The name carries the content, because the style sheet and the preload must ask for the same address.
      const file = `${name}${weight.name}.${createHash('sha256').update(part).digest('hex').slice(0, 10)}.woff2`;
      await put(`fonts/${file}`, part);
      faces.push(`@font-face{font-family:"Golos Text Variable";font-style:normal;font-display:swap;font-weight:${weight.css};src:url(fonts/${file}) format("woff2");unicode-range:${ranges[name]}}`);
    }
  }
  return faces.join('\n');
}

// Fonts of an earlier build stay: another build that runs beside this one may have listed them already.
async function sheets() {
  for (const name of ['site', 'paper']) await styles(await fonts(name), name);
  await styles('', 'counter'); // beside the site's own sheet, which has the letters
}

async function styles(faces, name) {
  const source = await readFile(join(here, 'Styles', `${name}.scss`), 'utf8');
  const { css } = compileString(source, {
    loadPaths: [join(here, 'Styles')],
    importers: [new NodePackageImporter(join(here, 'package.json'))],
    style: 'compressed',
    quietDeps: true,
  });
  const all = faces + css.replace(/^\uFEFF/, '');
  if (/GDS Transport|crest|crown/i.test(all)) throw new Error('Another service\'s font or crown is in the style sheet.');
  await put(`${name}.css`, all);
}

// The map, the camera's reader and the counter without network are asked for by their own pages.
async function scripts(names, target) {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(here, 'Scripts', name)), outdir: dist,
    bundle: true, minify: true, write: false, format: 'esm', target, legalComments: 'none', logLevel: 'warning',
    loader: { '.png': 'empty' }, // Leaflet's own pictures of markers and layers: we draw circles
  });
  for (const file of outputFiles) await put(file.path.slice(dist.length + 1), file.contents);
}

// The outline of the country out of Natural Earth's world: three decimals of a degree are a hundred metres.
async function outline() {
  const world = JSON.parse(await readFile(join(here, 'node_modules/world-atlas/countries-50m.json'), 'utf8'));
  const country = world.objects.countries.geometries.find((geometry) => geometry.id === '398');
  if (country?.properties.name !== 'Kazakhstan') throw new Error('The world has no Kazakhstan.');
  const round = (value) => (Array.isArray(value) ? value.map(round) : Math.round(value * 1000) / 1000);
  const { geometry } = feature(world, country);
  await put('kazakhstan.json', JSON.stringify({ type: 'Feature', properties: {}, geometry: { ...geometry, coordinates: round(geometry.coordinates) } }));
}

// The reader of QR codes for browsers that have none.
const reader = async () => put('zxing_reader.wasm', await readFile(join(here, 'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm')));

await Promise.all([sheets(), scripts(['site.js', 'points.js', 'batch.js', 'map.js', 'counter.js', 'scan.js', 'sign.js'], 'es2020'), scripts(['offline.js'], 'es2022'), outline(), reader()]);
