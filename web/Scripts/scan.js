// Reads QR codes: by the browser's own reader, or by ours, whose WebAssembly lies beside this file.
import { BarcodeDetector as OwnDetector, setZXingModuleOverrides } from 'barcode-detector/ponyfill';

setZXingModuleOverrides({ locateFile: (name) => (name.endsWith('.wasm') ? '/dist/zxing_reader.wasm' : name) });

async function detector() {
  if ('BarcodeDetector' in globalThis && (await globalThis.BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
    return new globalThis.BarcodeDetector({ formats: ['qr_code'] });
  }
  return new OwnDetector({ formats: ['qr_code'] });
}

// Shows the picture in the frame and tells the first code; then the camera is let go.
export async function watch(frame, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  frame.prepend(video);
  video.setAttribute('aria-hidden', 'true');
  await video.play();
  const reader = await detector();
  const look = async () => {
    const [code] = await reader.detect(video).catch(() => []);
    if (code) {
      for (const track of stream.getTracks()) track.stop();
      navigator.vibrate?.(60);
      found(code.rawValue);
    } else {
      setTimeout(look, 200);
    }
  };
  look();
}
