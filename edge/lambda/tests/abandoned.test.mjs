// Requests that nobody waits for any more leave nothing behind: answers given up, files that never come, a function that the
// platform freezes with requests under way and thaws long after. Handles are then what they were, and memory no more than the work at its height took.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';

const need = (name) => process.env[name] ?? assert.fail(`${name} is not set; run: cargo xtask test --only aws`);
/** Requests given up at once. */
const COUNT = 100;
/** What requests under way may take at their height. */
const ROOM = 16 * 2 ** 20;
/** Milliseconds for which the function is frozen: longer than a file may take (files.mjs). */
const FROZEN_MS = 6000;

/** How the files come: `late` milliseconds after they are asked for, or never (`stalled`), or their connection is cut (`cut`). */
const files = { late: 5, stalled: false, cut: false };
const server = http.createServer(async (request, response) => {
  if (files.cut) return request.socket.destroy();
  if (files.stalled) return undefined;
  await new Promise((done) => { setTimeout(done, files.late); });
  const body = await readFile(join(need('SEOGA_ASSETS'), new URL(request.url, 'http://x').pathname)).catch(() => undefined);
  return body ? response.end(body) : response.writeHead(404).end();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://127.0.0.1:${server.address().port}`;
after(() => {
  server.close();
  server.closeAllConnections();
});
let child;

/** Starts a function that has nothing at hand yet, so that every event waits for files; gives what it holds before. */
async function begin(t) {
  child = fork(join(import.meta.dirname, 'driven.mjs'), [need('SEOGA_FUNCTION')]);
  child.on('exit', (code) => { if (code) throw new Error(`the function ended with ${code}`); });
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'message');
  // What an instance sets up once is there before it is counted.
  ask('/robots.txt', '');
  return settled();
}

const custom = Object.entries({ 'x-seoga-mode': 'development', 'x-seoga-base': base, 'x-seoga-cache-mb': '1' });
const word = (number) => encodeURIComponent(String.fromCharCode(0xac00 + (number * 37) % 11172, 0xac00 + (number * 101) % 11172));
function ask(uri, querystring) {
  const origin = { s3: { customHeaders: Object.fromEntries(custom.map(([key, value]) => [key, [{ key, value }]])) } };
  const request = { method: 'GET', uri, querystring, headers: {}, origin };
  child.send({ event: { Records: [{ cf: { config: { eventType: 'origin-request', requestId: 'r' }, request } }] } });
}
async function state() {
  child.send({ say: true });
  return (await once(child, 'message'))[0];
}
/** Waits until nothing is under way, twenty seconds at most. */
async function settled() {
  let now = await state();
  for (let tries = 0; now.pending && tries < 200; tries += 1) {
    await new Promise((done) => { setTimeout(done, 100); });
    now = await state();
  }
  assert.equal(now.pending, 0, 'every event gets an answer');
  return now;
}
function askAll() {
  for (let number = 0; number < COUNT; number += 1) {
    ask(number % 3 ? '/api/search' : '/search', `q=${word(number)}`);
    ask('/api/suggest', `q=${word(number)}`);
  }
}
async function check(what, before) {
  const now = await settled();
  console.log(`${what}: handles ${before.handles} -> ${now.handles}, memory ${before.bytes} -> ${now.bytes} bytes, answers ${JSON.stringify(now.statuses)}`);
  assert.ok(now.handles <= before.handles, `${now.handles - before.handles} handles are left`);
  assert.ok(now.bytes <= before.bytes + ROOM, `the WASM grew by ${now.bytes - before.bytes} bytes`);
}

test('answers that nobody waits for', async (t) => {
  const before = await begin(t);
  askAll();
  await check('given up', before);
});

test('files whose connection is cut', async (t) => {
  const before = await begin(t);
  files.cut = true;
  askAll();
  assert.ok((await settled()).statuses[503] > COUNT, 'the files were needed');
  files.cut = false;
  await check('cut', before);
});

test('a function that is frozen while it waits, and thawed when its time is over', async (t) => {
  const before = await begin(t);
  files.stalled = true;
  askAll();
  assert.equal((await state()).pending, 2 * COUNT);
  child.kill('SIGSTOP');
  await new Promise((done) => { setTimeout(done, FROZEN_MS); });
  child.kill('SIGCONT');
  await settled();
  files.stalled = false;
  server.closeAllConnections();
  await check('frozen', before);
  // The pointer is read again soon where something failed, and then all is as before.
  await new Promise((done) => { setTimeout(done, 3000); });
  const { statuses } = await state();
  ask('/api/search', `q=${word(2)}`);
  assert.equal((await settled()).statuses[200], statuses[200] + 1);
});
