// A good generation is never thrown away: a pointer that names what is not there leaves the open one in force, and a mended
// pointer is taken within seconds, by an isolate that has one open and by one that never had. Real time passes here.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { need, start } from './bare.mjs';

const NOWHERE = '{"format":2,"generation":"aaaaaaaaaaaaaaaa","previous":[]}';
/** Seconds for which an isolate keeps a pointer, and after which it tries again where something failed (edge/app/src/limits.rs). */
const [KEPT, RETRY] = [60, 2];
const settings = { SEOGA_MODE: 'development', SEOGA_CACHE_MB: '1' };

/** A folder of static files of its own, whose pointer may be written; with another one it has no opening. */
function assets() {
  const folder = mkdtempSync(join(tmpdir(), 'seoga-assets-'));
  cpSync(need('SEOGA_ASSETS'), folder, { recursive: true });
  const pointer = join(folder, 'index/current.json');
  const opening = join(folder, 'index/current.bin');
  const good = [readFileSync(pointer), readFileSync(opening)];
  const point = (text) => {
    writeFileSync(pointer, text ?? good[0]);
    writeFileSync(opening, text ?? good[1]);
  };
  return { folder, point, end: () => rmSync(folder, { recursive: true }) };
}
const seconds = (count) => new Promise((done) => { setTimeout(done, count * 1000); });

async function search(worker) {
  const answer = await fetch(`${worker.base}/api/search?q=python`);
  return { status: answer.status, kept: answer.headers.get('cache-control'), total: (await answer.json()).total };
}

test('an isolate that has a generation open goes on with it, and takes a mended pointer within seconds', async () => {
  const files = assets();
  const worker = await start({ assets: files.folder, late: 0, settings });
  after(async () => { await worker.end(); files.end(); });
  const good = await search(worker);
  assert.equal(good.status, 200);
  files.point(NOWHERE);
  await seconds(KEPT + 1);
  const standsIn = { status: 200, kept: 'no-store', total: good.total };
  for (let tries = 0; tries < 3; tries += 1) {
    assert.deepEqual(await search(worker), standsIn);
    await seconds(RETRY);
  }
  files.point();
  await seconds(RETRY + 1);
  assert.deepEqual(await search(worker), good);
});

test('an isolate that began with a bad pointer takes a mended one within seconds', async () => {
  const files = assets();
  files.point(NOWHERE);
  const worker = await start({ assets: files.folder, late: 0, settings, status: 503 });
  after(async () => { await worker.end(); files.end(); });
  assert.equal((await search(worker)).status, 503);
  files.point();
  await seconds(RETRY + 1);
  assert.equal((await search(worker)).status, 200);
});
