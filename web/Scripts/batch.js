// What is missing, in grams, while somebody types. Without this script "Save" says the same.
const form = document.getElementById('outputs-form');
const said = document.getElementById('missing');
const input = Number(form.dataset.input);

// As the server reads it: a comma or a point, spaces in groups, at most three decimals.
function gramsOf(text) {
  const plain = text.replace(/[\s\u00A0\u2009\u202F]/g, '').replace('\u2212', '-').replace(',', '.');
  if (plain === '') return 0;
  const found = /^(-?)(\d{1,9})(?:\.(\d{1,3}))?$/.exec(plain);
  if (!found) return null;
  const grams = Number(found[2]) * 1000 + Number((found[3] ?? '').padEnd(3, '0'));
  return found[1] ? -grams : grams;
}

function tell() {
  const masses = [...form.querySelectorAll('[data-kg]')].map((field) => gramsOf(field.value));
  const missing = masses.some((one) => one === null) ? null : input - masses.reduce((sum, one) => sum + one, 0);
  const number = new Intl.NumberFormat(document.documentElement.lang === 'en' ? 'en' : 'ru').format(Math.abs(missing ?? 0));
  const unit = document.documentElement.lang === 'en' ? 'g' : 'г';
  const words = missing === null ? said.dataset.unread : missing === 0 ? said.dataset.closes : missing > 0 ? said.dataset.missing : said.dataset.surplus;
  said.textContent = words.replace('{0}', `${number}\u00A0${unit}`);
}

form.addEventListener('input', tell);
form.addEventListener('change', (event) => {
  const chosen = event.target.matches('select[name$=".Fraction"]') ? event.target.selectedOptions[0] : null;
  if (!chosen) return;
  // The usual code and operation of a fraction, where nothing was chosen yet.
  const row = event.target.closest('tr');
  for (const [name, value] of [['WasteCode', chosen.dataset.code], ['Operation', chosen.dataset.operation]]) {
    const field = row.querySelector(`select[name$=".${name}"]`);
    if (field.value === '' && value) field.value = value;
  }
});
tell();
