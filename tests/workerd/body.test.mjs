// A body that never ends: it is read for as long as the contract says, and no longer.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { after, test } from 'node:test';
import { inTurns, start } from './bare.mjs';

/** Seconds for which a body is read (edge/app/src/limits.rs, BODY_SECONDS). */
const SECONDS = 10;
const worker = await start({ late: 0, settings: { SEOGA_MODE: 'development' } });
after(() => worker.end());

/** Sends a head and a byte of a body every half second; gives the answer's first line, its text, and after how many seconds it began. */
async function trickle(path, head) {
  const socket = new Socket().connect(worker.port, '127.0.0.1');
  await once(socket, 'connect');
  const began = Date.now();
  socket.write(`POST ${path} HTTP/1.1\r\nHost: seoga.invalid\r\nContent-Type: application/json\r\n${head}\r\n\r\n`);
  const chunked = head.includes('chunked');
  const timer = setInterval(() => socket.write(chunked ? '1\r\n \r\n' : ' '), 500);
  socket.on('error', () => {});
  try {
    const [first] = await once(socket, 'data', { signal: AbortSignal.timeout(3 * SECONDS * 1000) });
    return { text: first.toString(), seconds: (Date.now() - began) / 1000 };
  } finally {
    clearInterval(timer);
    socket.destroy();
  }
}

test('a body that trickles without end is 408 when its time is over, and leaves nothing behind', async () => {
  await (await fetch(`${worker.base}/api/status`)).arrayBuffer();
  const before = await worker.live();
  const kinds = [
    ['/user-choice', 'Content-Length: 4000'], ['/user-choice', 'Transfer-Encoding: chunked'], ['/predict', 'Content-Length: 16000'], ['/predict', 'Transfer-Encoding: chunked'],
  ];
  await inTurns(kinds.length, kinds.length, async (number) => {
    const [path, head] = kinds[number];
    const { text, seconds } = await trickle(path, head);
    assert.match(text, /^HTTP\/1\.1 408 /, `${path} ${head}: ${text}`);
    assert.match(text, /cache-control: no-store/i);
    assert.ok(seconds > SECONDS - 1 && seconds < SECONDS + 5, `${path} ${head}: after ${seconds} s`);
  });
  let now = await worker.live();
  for (let tries = 0; now.handles > before.handles && tries < 50; tries += 1) {
    await new Promise((done) => { setTimeout(done, 100); });
    now = await worker.live();
  }
  assert.ok(now.handles <= before.handles, `${now.handles - before.handles} handles are left`);
});
