// What every service worker of ours does: keeps its program while it is installed, and does what a page asks of the catalogue on this device.
import { state } from './core.mjs';
import { forget, kept, offered, step } from './catalogue.mjs';
import { forgetOthers, keep } from './program.mjs';

addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(keep());
});

addEventListener('activate', (event) => event.waitUntil(Promise.all([forgetOthers(), clients.claim()])));

const DEEDS = { state, kept, offered, step, forget };

// A page asks by a channel of its own: `{do}`; hears `{value}` or `{error}`.
addEventListener('message', (event) => {
  const deed = DEEDS[event.data?.do];
  const [port] = event.ports;
  if (!deed || !port) return;
  const done = deed().then((value) => port.postMessage({ value }), ({ message }) => port.postMessage({ error: message }));
  event.waitUntil(done);
});
