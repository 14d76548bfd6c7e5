// The shell on Lambda@Edge: an event in, the core driven effect by effect, an answer out.
//
// One instance answers one request at a time. Invariant: every event gets an answer, and what broke WASM is answered with
// 500 and never used again.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refused, read, toRequest, toResult } from './event.mjs';
import { readOne } from './files.mjs';
import { withKey } from './key.mjs';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Writes a line to the log: JSON, never a query, never a user id. */
export function log(level, what, id) {
  console.error(JSON.stringify({ level, id, what }));
}

/** The WASM in use, and what was made of it: the application by the settings that it was given. */
let core;

/** The application by these settings: the one there is, or one of new WASM when they changed (a key was rotated). */
function application(settings) {
  const given = JSON.stringify(Object.entries(settings).sort());
  if (core?.given !== given) {
    // Never a second application in one WASM, whose memory would keep the first.
    if (!core || core.edge) core = { wasm: load() };
    core.edge = new core.wasm.Edge(Object.entries(settings).flat());
    core.given = given;
  }
  return core.edge;
}

/** The WASM, anew. */
function load() {
  const glue = require.resolve('./seoga.cjs');
  delete require.cache[glue];
  return require(glue);
}

async function drive(exchange, base, put) {
  for (;;) {
    const paths = exchange.paths();
    if (paths) {
      const files = await Promise.all(paths.map((path) => readOne(FOLDER, base, path, log)));
      for (const file of files) exchange.file(file);
      exchange.fetched();
      continue;
    }
    const record = exchange.record();
    if (record === undefined) break;
    const limit = { uses: exchange.visitor_choices(), seconds: exchange.throttle_seconds() };
    exchange.put(await put(JSON.parse(record), exchange.kept_seconds(), limit));
  }
  return answer(exchange);
}

/** The answer of an exchange that has one. */
function answer(exchange) {
  const { status, headers } = JSON.parse(exchange.head());
  return toResult(status, headers, exchange.body());
}

/** Drives an exchange to its answer and gives its memory back, which no collector of JavaScript's knows the size of. */
async function driven(exchange, base, put) {
  try {
    return await drive(exchange, base, put);
  } finally {
    free(exchange);
  }
}

/** Gives an exchange's memory back; where its WASM broke, there is none to give it back to. */
function free(exchange) {
  try {
    exchange.free();
  } catch {
    // The caller has the error that broke it.
  }
}

/** What the core says for an exchange that broke; where even that cannot be had, no more than the status. */
function broken(id) {
  try {
    core ??= { wasm: load() };
    const exchange = core.wasm.broken(id);
    const said = answer(exchange);
    free(exchange);
    return said;
  } catch (error) {
    log('error', String(error?.stack ?? error), id);
    core = undefined;
    return toResult(500, [['cache-control', 'no-store']], new Uint8Array());
  }
}

/** A handler. `store(settings)` gives what stores a choice record and says `stored`, `again`, `throttled` or `failed`. */
export function handlerWith(store) {
  return async (event) => {
    let id = '';
    try {
      const asked = read(event);
      id = asked.id;
      const edge = application(await withKey(asked.settings, log));
      const now = Math.floor(Date.now() / 1000);
      const { told, body } = toRequest(asked, now, process.env.AWS_REGION ?? 'local');
      return await driven(edge.begin(JSON.stringify(told), body), asked.base, store(asked.settings));
    } catch (error) {
      log('error', error instanceof Refused ? error.message : String(error?.stack ?? error), id);
      if (!(error instanceof Refused)) core = undefined;
      return broken(id);
    }
  };
}
