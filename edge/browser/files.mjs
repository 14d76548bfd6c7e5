// Files of the index: from what this device keeps, else from the server. The core checks each against its path.
//
// Opening and pointer change; all others never do. Invariant: a file that cannot be had is `undefined`, never an error.

/** The cache that a kept catalogue lies in. */
export const KEPT = 'seoga-catalogue';
/** What changes under its name. */
export const CHANGING = ['/index/current.bin', '/index/current.json'];
/** Milliseconds the server has; less where the device has the file as well. */
const FILE_MS = 30_000;
const KNOWN_MS = 1_500;

/** Fetches a file; `undefined` where that fails. `anew`: not from the browser's own cache, which keeps what came damaged, too. */
export async function fetched(path, ms = FILE_MS, anew = false) {
  const cache = anew ? 'reload' : CHANGING.includes(path) ? 'no-cache' : 'default';
  try {
    const response = await fetch(path, { cache, signal: AbortSignal.timeout(ms) });
    return response.ok ? await response.bytes?.() ?? new Uint8Array(await response.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

/** A kept catalogue of so many bytes at most is held in memory once it was asked. */
const HELD_BYTES = 16_000_000;
/** Files by path, which never change under it; `undefined` until they are wanted. */
let held;

/** Holds the kept catalogue's files in memory, where they are few: the browser takes longer to find one than the core to read it. */
export async function hold() {
  if (held) return;
  held = new Map();
  const files = held;
  const pointer = await caches.match(CHANGING[1], { cacheName: KEPT });
  if (!pointer || (await pointer.json()).bytes > HELD_BYTES) return;
  const cache = await caches.open(KEPT);
  // In one order.
  const [names, found] = await Promise.all([cache.keys(), cache.matchAll()]);
  for (const [n, { url }] of names.entries()) {
    const { pathname } = new URL(url);
    if (found[n] && !CHANGING.includes(pathname)) files.set(pathname, new Uint8Array(await found[n].arrayBuffer()));
  }
}

/** Lets go of what is held: another catalogue is kept, or none. */
export const release = () => { held = undefined; };

/** Reads a file of the index. */
export async function read(path) {
  const known = held?.get(path);
  if (known) return known;
  const found = await caches.match(path, { cacheName: KEPT });
  const kept = found && new Uint8Array(await found.arrayBuffer());
  if (kept && !CHANGING.includes(path)) return kept;
  return await fetched(path, kept ? KNOWN_MS : FILE_MS) ?? kept;
}
