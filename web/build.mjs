// Builds wwwroot/dist: one style sheet for pages and one for papers, one script, fonts cut down to the letters we write.
// Everything is written beside its place and renamed, so two builds at once cannot leave half a file.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
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

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'wwwroot', 'dist');
const fontFiles = join(here, 'node_modules/@fontsource-variable/golos-text/files');

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');
// What the three languages and our own signs need, by the files of the font package. A letter that is
// missing here falls back to another face in the middle of a word: the test of the texts looks for that.
const letters = {
  latin: range(0x20, 0x7e) + ' ©«»·×÷±°²³½–—‘’“”„•…′″−⁄€™→↑↓ ' + range(0x2009, 0x200a),
  'latin-ext': '₸',
  cyrillic: range(0x410, 0x44f) + 'ЁёІі№',
  'cyrillic-ext': 'ӘәҒғҚқҢңӨөҰұҮүҺһ₴',
};
const ranges = {
  latin: 'U+0000-00FF, U+2000-206F, U+20AC, U+2122, U+2190-2193, U+2212',
  'latin-ext': 'U+20B8',
  cyrillic: 'U+0400-045F, U+2116',
  'cyrillic-ext': 'U+0490-04FF',
};

async function put(name, content) {
  const path = join(dist, name);
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}.half`;
  await writeFile(half, content);
  await rename(half, path);
}

async function fonts() {
  const faces = [];
  const kept = new Set();
  for (const [name, text] of Object.entries(letters)) {
    const whole = await readFile(join(fontFiles, `golos-text-${name}-wght-normal.woff2`));
    const part = await subsetFont(whole, text, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 600 } } });
    // The name carries the content, because the style sheet and the preload must ask for the same address.
    const file = `${name}.${createHash('sha256').update(part).digest('hex').slice(0, 10)}.woff2`;
    kept.add(file);
    await put(`fonts/${file}`, part);
    faces.push(`@font-face{font-family:"Golos Text Variable";font-style:normal;font-display:swap;font-weight:400 600;src:url(fonts/${file}) format("woff2");unicode-range:${ranges[name]}}`);
  }
  for (const old of await readdir(join(dist, 'fonts'))) {
    if (!kept.has(old) && !old.endsWith('.half')) await rm(join(dist, 'fonts', old), { force: true });
  }
  return faces.join('\n');
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

async function scripts() {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'Scripts', 'site.js')],
    bundle: true, minify: true, write: false, format: 'esm', target: 'es2020', legalComments: 'none', logLevel: 'warning',
  });
  await put('site.js', outputFiles[0].contents);
}

await Promise.all([fonts().then(faces => Promise.all(['site', 'paper'].map(name => styles(faces, name)))), scripts()]);
