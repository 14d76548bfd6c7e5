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

/** Reads a file of the index. */
export async function read(path) {
  const found = await caches.match(path, { cacheName: KEPT });
  const kept = found && new Uint8Array(await found.arrayBuffer());
  if (kept && !CHANGING.includes(path)) return kept;
  return await fetched(path, kept ? KNOWN_MS : FILE_MS) ?? kept;
}
