// The shell around a core that is not the real one (a file in its place): what it does when WASM traps, when settings change,
// when files are there or not. The real one is held to the transcripts.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'seoga-shell-'));
after(() => rmSync(folder, { recursive: true }));
for (const name of ['call.mjs', 'edge.mjs', 'event.mjs', 'files.mjs', 'key.mjs', 'limits.mjs', 'sigv4.mjs']) cpSync(join(import.meta.dirname, '..', name), join(folder, name));
const generation = 'qqh4o4uyynsbvzy4';
mkdirSync(join(folder, 'index', generation), { recursive: true });
writeFileSync(join(folder, 'index', generation, 'd0.bin'), 'from the zip');
writeFileSync(join(folder, 'index/current.bin'), 'the opening of the zip');
writeFileSync(join(folder, 'index/current.json'), 'the pointer of the zip');
writeFileSync(join(folder, 'seoga.cjs'), `
if (globalThis.gone) throw new Error('no WASM');
globalThis.loads = (globalThis.loads ?? 0) + 1;
globalThis.freed = 0;
exports.broken = (id) => ({ free() { globalThis.freed += 1; }, head: () => JSON.stringify({ status: 500, headers: [] }), body: () => Buffer.from(id) });
exports.Edge = class {
  constructor(settings) {
    this.settings = settings;
  }
  begin(request, body) {
    const { path } = JSON.parse(request);
    if (path === '/trap') throw new WebAssembly.RuntimeError('unreachable');
    const large = path === '/large' ? 2 ** 20 + 1 : 0;
    let paths = path.startsWith('/index/') ? [path] : undefined, record = path === '/put' ? '{"user_id":"u"}' : undefined, said = String(globalThis.loads), files = [];
    return {
      free() { globalThis.freed += 1; },
      paths: () => paths, file: (file) => files.push(file ? Buffer.from(file).toString() : 'none'), fetched: () => { paths = undefined; said = files.join(); },
      record: () => record, kept_seconds: () => 60, visitor_choices: () => 6, throttle_seconds: () => 7, put: (outcome) => { record = undefined; said = outcome; },
      head: () => JSON.stringify({ status: 200, headers: [] }), body: () => Buffer.from(large ? 'x'.repeat(large) : said),
    };
  }
};
`);
const { handlerWith } = await import(pathToFileURL(join(folder, 'edge.mjs')));
console.error = () => {};

const served = http.createServer((request, response) => {
  if (request.url === '/index/current.json') response.end('the pointer served');
  else if (request.url === '/index/current.bin') response.end('the opening served');
  else if (request.url === `/index/${generation}/far.bin`) response.end('from afar');
  else response.writeHead(404).end();
});
await new Promise((resolve) => served.listen(0, resolve));
after(() => served.close());
const base = `http://localhost:${served.address().port}`;

const handler = handlerWith(() => async (record, seconds, limit) => `${record.user_id} ${seconds} ${limit.uses} ${limit.seconds}`);
async function ask(uri, settings = {}) {
  const custom = Object.entries({ 'x-seoga-base': base, ...settings }).map(([key, value]) => [key, [{ key, value }]]);
  const request = { method: 'GET', uri, querystring: '', headers: {}, origin: { s3: { customHeaders: Object.fromEntries(custom) } } };
  const result = await handler({ Records: [{ cf: { config: { eventType: 'origin-request', requestId: 'r' }, request } }] });
  return [result.status, result.body];
}

test('one instance answers on, until its WASM traps; then a new one does', async () => {
  const [, first] = await ask('/');
  assert.deepEqual(await ask('/'), ['200', first]);
  assert.deepEqual(await ask('/trap'), ['500', 'r'], 'what the new one says for it');
  const [, after] = await ask('/');
  assert.equal(Number(after), Number(first) + 1);
});

test('an answer that CloudFront would refuse is 500, and the instance stays', async () => {
  const [, before] = await ask('/');
  assert.equal((await ask('/large'))[0], '500');
  assert.deepEqual(await ask('/'), ['200', before]);
});

test('other settings, such as a rotated key, make another application', async () => {
  const [, before] = await ask('/', { 'x-seoga-key': '1:a' });
  const [, after] = await ask('/', { 'x-seoga-key': '2:b' });
  assert.equal(Number(after), Number(before) + 1);
});

test('where no WASM can be had, the answer is no more than 500, and the next event tries again', async () => {
  globalThis.gone = true;
  assert.deepEqual(await ask('/trap'), ['500', undefined]);
  assert.deepEqual(await ask('/'), ['500', undefined]);
  globalThis.gone = false;
  assert.equal((await ask('/'))[0], '200');
});

test('files come from the zip, else from the distribution, opening and pointer the other way about', async () => {
  assert.deepEqual(await ask(`/index/${generation}/d0.bin`), ['200', 'from the zip']);
  assert.deepEqual(await ask(`/index/${generation}/far.bin`), ['200', 'from afar']);
  assert.deepEqual(await ask(`/index/${generation}/nowhere.bin`), ['200', 'none']);
  assert.deepEqual(await ask(`/index/${generation}/../current.bin`), ['200', 'none']);
  assert.deepEqual(await ask(`/index/${generation}/${generation}/d0.bin`), ['200', 'none']);
  assert.deepEqual(await ask('/index/../edge.mjs'), ['200', 'none']);
  assert.deepEqual(await ask('/index/current.bin'), ['200', 'the opening served']);
  assert.deepEqual(await ask('/index/current.bin', { 'x-seoga-base': 'http://localhost:1' }), ['200', 'the opening of the zip']);
  assert.deepEqual(await ask('/index/current.json'), ['200', 'the pointer served']);
  assert.deepEqual(await ask('/index/current.json', { 'x-seoga-base': 'http://localhost:1' }), ['200', 'the pointer of the zip']);
});

test('a record goes to the store with its time and its limit, and the outcome back', async () => {
  assert.deepEqual(await ask('/put'), ['200', 'u 60 6 7']);
});

test('every exchange gives its memory back, however it ended', async () => {
  await ask('/');
  for (const path of ['/', '/put', '/large', '/index/nowhere.bin']) {
    const before = globalThis.freed;
    await ask(path);
    assert.equal(globalThis.freed - before, path === '/large' ? 2 : 1, path);
  }
});

test('an event that is none is answered too', async () => {
  assert.equal((await handler({})).status, '500');
});
