// The files of the index: those that came in the zip, and the others from the distribution's own `/index/` path.
//
// The opening `current.bin` and the pointer `current.json` are always asked of the distribution, so that a rebuilt index is in
// force without new code; those in the zip answer when that fails. Nothing is kept here: the core keeps what it opened, within its budget of bytes
// (SEOGA_CACHE_MB), and checks every file against its path. Invariant: a file that cannot be had is `undefined`, never an error.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';

/** Milliseconds a file may take, and opening and pointer, for which there is another way. */
const FILE_MS = 5000;
const POINTER_MS = 1500;
/** Bytes of the largest file an index has (docs/INDEX_FORMAT.md), with room. */
const FILE_BYTES = 25 * 1024 * 1024;
const POINTERS = ['/index/current.bin', '/index/current.json'];

const agents = {
  'http:': [http, new http.Agent({ keepAlive: true })],
  'https:': [https, new https.Agent({ keepAlive: true })],
};

/** Reads a path below the zip's folder and the distribution's base. */
export async function readOne(folder, base, path, log) {
  if (!/^\/index\/(?:[a-z2-7]{16}\/)?[A-Za-z0-9._-]+$/.test(path)) return undefined;
  const bundled = () => readFile(join(folder, path)).catch(() => undefined);
  const fetched = (limit) => fetchFile(`${base}${path}`, limit).catch((error) => log('warn', `${path}: ${error.message}`));
  if (POINTERS.includes(path)) return (await fetched(POINTER_MS)) ?? bundled();
  return (await bundled()) ?? fetched(FILE_MS);
}

function fetchFile(url, limit) {
  return new Promise((resolve, reject) => {
    const [client, agent] = agents[new URL(url).protocol] ?? [];
    if (!client) throw new Error(`no way to ${url}`);
    const request = client.get(url, { agent, signal: AbortSignal.timeout(limit) }, (response) => {
      const chunks = [];
      let size = 0;
      if (response.statusCode !== 200) {
        response.resume();
        return reject(new Error(`answered ${response.statusCode}`));
      }
      response.on('data', (chunk) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > FILE_BYTES) request.destroy(new Error(`more than ${FILE_BYTES} bytes`));
      });
      response.on('end', () => (response.complete ? resolve(Buffer.concat(chunks)) : reject(new Error('cut off'))));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
