// The catalogue on this device: every file of a generation, each checked, and then opening and pointer, which put it in force.
//
// A step fetches some files and ends, so that the browser may end the service worker between two; what is there stays. Invariant: the kept
// pointer names a generation that is kept whole.
import { contents, files, is_whole } from './seoga.js';
import { application, renew } from './core.mjs';
import { CHANGING, KEPT, fetched, release } from './files.mjs';

/** Files a step fetches, and how many at once. */
const STEP = 48;
const AT_ONCE = 6;

const below = (path) => `/index/${path}`;
const answer = (bytes) => new Response(bytes, { headers: { 'content-type': 'application/octet-stream' } });

/** What is kept: `{generation, files, bytes}`, or null. */
export async function kept() {
  if (!await caches.has(KEPT)) return null;
  const cache = await caches.open(KEPT);
  const pointer = await cache.match(CHANGING[1]);
  if (!pointer) return null;
  const { generation, bytes } = await pointer.json();
  return { generation, bytes, files: (await cache.keys()).length - CHANGING.length };
}

/** What the server has: `{generation, bytes}`; null where it does not answer. */
export async function offered() {
  const pointer = await fetched(CHANGING[1]);
  return pointer ? JSON.parse(new TextDecoder().decode(pointer)) : null;
}

/** Keeps some more of the server's generation; gives `{left, of}`. Throws where a file cannot be had. */
export async function step() {
  await application();
  const changing = await Promise.all(CHANGING.map((path) => fetched(path)));
  const pointer = changing[1];
  if (!pointer) throw new Error('the server does not answer');
  const cache = await caches.open(KEPT);
  const have = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  const one = async (path) => {
    let bytes = await fetched(below(path));
    if (bytes && !is_whole(path, bytes)) bytes = await fetched(below(path), undefined, true);
    if (!bytes || !is_whole(path, bytes)) throw new Error(`${path} cannot be had whole`);
    await cache.put(below(path), answer(bytes));
    return bytes;
  };
  const table = contents(pointer);
  const known = have.has(below(table)) && await cache.match(below(table));
  const all = files(pointer, known ? new Uint8Array(await known.arrayBuffer()) : await one(table));
  const missing = all.filter((path) => path !== table && !have.has(below(path)));
  const now = missing.slice(0, STEP);
  const next = async () => {
    for (let path = now.pop(); path; path = now.pop()) await one(path);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const left = Math.max(0, missing.length - STEP);
  if (!left) {
    for (const [n, path] of CHANGING.entries()) if (changing[n]) await cache.put(path, answer(changing[n]));
    release();
    await renew();
    const wanted = new Set([...CHANGING, ...all.map(below)]);
    for (const path of have) if (!wanted.has(path)) await cache.delete(path);
  }
  return { left, of: all.length };
}

/** Forgets the catalogue. */
export function forget() {
  release();
  return caches.delete(KEPT);
}
