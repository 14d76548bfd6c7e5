// A visitor who goes away leaves nothing behind: handles and memory of the isolate are those it had before, however many
// hang up on a search, a suggestion, a page, or in the middle of a choice's body. At 69c97f0 2,000 searches hung up after
// 90 ms left 18,810 handles and 43.6 MB, 2,000 bodies broken off ten handles each.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hangUp, inTurns, start } from './bare.mjs';

/** How many hang up on each path: SEOGA_HANG_UPS, or 200. */
const COUNT = Number(process.env.SEOGA_HANG_UPS ?? 200);
const TOGETHER = 8;
/** What the backlog of requests under way may take at its height; 2,000 that leak take more than twice that. */
const ROOM = 16 * 2 ** 20;

// A cache of 1 MB makes every question wait for files.
const worker = await start({ settings: { SEOGA_MODE: 'development', SEOGA_CACHE_MB: '1' } });
after(() => worker.end());

/** Syllables that differ from one question to the next, so that none is answered from what the one before fetched. */
const word = (number) => encodeURIComponent(String.fromCharCode(0xac00 + (number * 37) % 11172, 0xac00 + (number * 101) % 11172));
const get = (path) => `GET ${path} HTTP/1.1\r\nHost: seoga.invalid\r\n\r\n`;
const half = 'POST /user-choice HTTP/1.1\r\nHost: seoga.invalid\r\nContent-Type: application/json\r\n'
  + `Content-Length: 4000\r\n\r\n{"user_id": "${'u'.repeat(1000)}`;

const PATHS = [
  ['a search', (number) => get(`/api/search?q=${word(number)}&limit=50`), 40],
  ['a suggestion', (number) => get(`/api/suggest?q=${word(number)}`), 20],
  ['a page', (number) => get(`/search?q=${word(number)}`), 40],
  ['the body of a choice', () => half, 20],
];

/** Waits until the isolate holds as many handles as before, or has had ten seconds for it. */
async function settled(before) {
  let now = await worker.live();
  for (let tries = 0; now.handles > before.handles && tries < 100; tries += 1) {
    await new Promise((done) => { setTimeout(done, 100); });
    now = await worker.live();
  }
  return now;
}

for (const [what, bytes, patience] of PATHS) {
  test(`visitors who hang up on ${what} leave no handle behind, ${COUNT} of them`, async () => {
    // What an isolate sets up once is there before it is counted.
    await (await fetch(`${worker.base}/api/search?q=${word(0)}`)).arrayBuffer();
    const before = await worker.live();
    await inTurns(COUNT, TOGETHER, (number) => hangUp(worker.port, bytes(number), patience));
    const now = await settled(before);
    console.log(`${what}: handles ${before.handles} -> ${now.handles}, memory ${before.bytes} -> ${now.bytes} bytes`);
    assert.ok(now.handles <= before.handles, `${now.handles - before.handles} handles are left of ${COUNT} requests`);
    assert.ok(now.bytes <= before.bytes + ROOM, `the WASM grew by ${now.bytes - before.bytes} bytes`);
  });
}
