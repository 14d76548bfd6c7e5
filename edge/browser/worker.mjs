// The service worker of a site on a plain file server: every page and every answer of the API is made here.
import { answer } from './core.mjs';
import { asset } from './program.mjs';
import './deeds.mjs';

/** What stays the server's. */
const FILES = /^\/(?:index|assets|host)\/|^\/(?:favicon\.ico|openapi\.json|sw\.js)$/;

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (!FILES.test(pathname)) event.respondWith(answer(request));
  else if (!pathname.startsWith('/index/')) event.respondWith(asset(request));
});
