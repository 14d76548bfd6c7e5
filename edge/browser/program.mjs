// What the site itself is made of: the WASM, and the files that pages load. Kept under the name of this build, so that a newer service
// worker never runs with an older one's files.

/** Set by the build: its name, the WASM's path and the paths of what pages load. */
/* global BUILD, MODULE, ASSETS */
const NAME = `seoga-program-${BUILD}`;
const UNAVAILABLE = '/assets/unavailable.html';

/** Keeps the program; pages work without a network from then on. */
export async function keep() {
  const cache = await caches.open(NAME);
  // Not from the browser's own cache, which may hold files of a build before.
  await cache.addAll([MODULE, ...ASSETS].map((path) => new Request(path, { cache: 'no-cache' })));
}

/** Forgets the programs of other builds. */
export async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('seoga-program-') && name !== NAME).map((name) => caches.delete(name)));
}

/** Gives a file that pages load: the kept one, else the server's. */
export async function asset(request) {
  return await caches.match(request, { cacheName: NAME, ignoreSearch: true }) ?? fetch(request);
}

/** Gives the WASM as an answer that it can be compiled from; `anew` where what is kept cannot be. */
export async function program(anew) {
  if (!anew) return await caches.match(MODULE, { cacheName: NAME }) ?? fetch(MODULE);
  const fresh = await fetch(MODULE, { cache: 'reload' });
  if (fresh.ok) await (await caches.open(NAME)).put(MODULE, fresh.clone());
  return fresh;
}

/** Says that nothing can be answered, as the edge's platform does where the core is not there. */
export async function unable() {
  const page = await caches.match(UNAVAILABLE, { cacheName: NAME }) ?? await fetch(UNAVAILABLE);
  const headers = { 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8', 'retry-after': '10' };
  return new Response(await page.text(), { status: 503, headers });
}
