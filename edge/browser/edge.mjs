// The service worker of a visitor who keeps the catalogue of an edge: the edge is asked first, and where it cannot answer, by a cut
// network, a limit or a failure, what this device keeps answers, and the page says so.
//
// Invariant: only what is read is answered here; a choice, and whatever else is sent, goes to the edge or fails.
import { answer } from './core.mjs';
import { CHANGING, KEPT } from './files.mjs';
import { asset } from './program.mjs';
import './deeds.mjs';

/** What is a file, or for operators alone. */
const NOT_OURS = /^\/(?:index|admin)\//;
const FILES = /^\/assets\/|^\/(?:favicon\.ico|openapi\.json)$/;
/** Milliseconds that the edge has where this device can answer. */
const EDGE_MS = 8_000;

/** Whether an answer is none: too much was asked (a plan's day is over, too), or the edge failed. */
const failed = ({ status }) => status === 429 || status >= 500;

/** Asks the edge; gives its answer, or what stands in for one and why. */
async function first(request, otherwise) {
  const asked = fetch(request).catch(() => undefined);
  const late = new Promise((resolve) => { setTimeout(resolve, EDGE_MS); });
  const theirs = await Promise.race([asked, late]);
  if (theirs && !failed(theirs)) return theirs;
  const ours = await otherwise(theirs ? 'busy' : 'offline').catch(() => undefined);
  if (ours && !failed(ours)) return ours;
  return theirs ?? ours ?? await asked ?? Response.error();
}

/** Answers from the catalogue on this device, if it has one; a page says why. */
async function here(request, why) {
  if (!await caches.match(CHANGING[1], { cacheName: KEPT })) return undefined;
  const made = await answer(request);
  if (!made.headers.get('content-type')?.startsWith('text/html')) return made;
  const page = (await made.text()).replace('<html ', `<html data-answered="${why}" `);
  return new Response(page, made);
}

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || !['GET', 'HEAD'].includes(request.method) || NOT_OURS.test(pathname)) return;
  const otherwise = FILES.test(pathname) ? () => asset(request) : (why) => here(request, why);
  event.respondWith(first(request, otherwise));
});
