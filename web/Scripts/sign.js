// Signing with the component on this computer. Without this file, or without the component, the other doors of the page stay open.
import ncalayer from 'ncalayer-js-client';

const { NCALayerClient } = ncalayer;
const form = document.querySelector('form[data-sign]');
const show = (name) => {
  for (const part of form.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== name && !(part.dataset.when === 'component' && name !== 'waiting');
};

// A component that does not answer in this time is not running.
const patience = 4000;
const within = (work) => Promise.race([work, new Promise((_, no) => { setTimeout(() => no(new Error('away')), patience); })]);

async function base64(address) {
  const bytes = new Uint8Array(await (await fetch(address, { credentials: 'same-origin' })).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

async function sign() {
  show('waiting');
  const client = new NCALayerClient(form.dataset.component, false);
  try {
    await within(client.connect());
  } catch {
    show('away');
    return;
  }

  try {
    const content = await base64(form.dataset.sign);
    const answer = await client.basicsSignCMS(
      NCALayerClient.basicsStorageAll, content, NCALayerClient.basicsCMSParamsDetachedNoTSP, NCALayerClient.basicsSignerSignAny, form.dataset.language === 'en' ? 'ru' : form.dataset.language,
    );
    if (!answer) throw new Error('cancelled');
    form.elements.signature.value = answer;
    form.submit();
  } catch {
    show('cancelled');
  }
}

if (form && form.dataset.sign) {
  show('component');
  form.addEventListener('submit', (event) => {
    if (event.submitter?.value !== 'Key') return;
    event.preventDefault();
    sign();
  });
}
