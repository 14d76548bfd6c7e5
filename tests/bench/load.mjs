// Load on the worker that ships, on a workerd without wrangler's proxy in front of it: the questions of a file asked over and
// over by several visitors at once, some of whom go away before they are answered.
//
//   node tests/bench/load.mjs --queries FILE.tsv --json FILE [--seconds N] [--connections N] [--rate N] [--hang-up PERCENT] [--after N]
//
// The environment says what is served, as for tests/workerd (`cargo xtask load` sets it). FILE has the columns that queries.mjs
// reads. Every connection begins at another question, and asks all of them in an order that mixes the kinds. `rate` bounds the
// requests a second, those of visitors who go away besides; without it each connection asks as soon as it is answered. Of a
// hundred requests `hang-up` come on a connection of their own that is reset after 1 to 4 ms. `after` is how many seconds later
// memory and handles are looked at once more. It fails when an answer was an error, when none came, when the mix was not
// asked once, and when handles are left behind.

import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { hangUp, start } from '../workerd/bare.mjs';
import { parameters, rows } from './queries.mjs';

const { values: options } = parseArgs({
  options: {
    queries: { type: 'string' },
    json: { type: 'string' },
    seconds: { type: 'string', default: '300' },
    connections: { type: 'string', default: '8' },
    rate: { type: 'string' },
    'hang-up': { type: 'string', default: '10' },
    after: { type: 'string', default: '60' },
  },
});
const missing = ['queries', 'json'].filter((name) => !options[name]);
if (missing.length > 0) {
  console.error(`wanted: ${missing.map((name) => `--${name}`).join(', ')}`);
  process.exit(2);
}
const paths = rows(options.queries).map((row) => `/api/search?${new URLSearchParams(parameters(row))}`);
// Neighbours in the file are of one kind.
const mixed = paths.map((path, place) => ({ path, key: (place * 7919) % paths.length })).sort((a, b) => a.key - b.key).map(({ path }) => path);
const worker = await start({ late: 0, settings: { SEOGA_MODE: 'development' } });

/** Waits a number of milliseconds. */
const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

/** Bytes that workerd holds and seconds of the processor that it used; null where the system does not tell. */
function server() {
  try {
    const held = readFileSync(`/proc/${worker.pid}/status`, 'utf8').split('\n').find((one) => one.startsWith('VmRSS:'));
    // After the name in brackets: state, parent, …; user and system time are the 12th and 13th, in hundredths.
    const fields = readFileSync(`/proc/${worker.pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return { bytes: Number(held.replace(/\D+/g, '')) * 1024, processor: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return null;
  }
}

/** What is held now: by workerd, by the WASM, and how many handles are alive. */
async function held() {
  const { handles, bytes } = await worker.live();
  return { bytes: server()?.bytes ?? null, wasm_bytes: bytes, handles };
}

const connections = Number(options.connections);
const share = Number(options['hang-up']) / 100;
let next = 0;
let [answered, gone, tooLate, running] = [0, 0, 0, true];

/** Visitors who go away: one for as many answers as make their share. */
async function impatient() {
  for (let number = 0; running; number += 1) {
    if (gone + tooLate >= (answered * share) / (1 - share)) {
      await wait(1);
      continue;
    }
    const bytes = `GET ${mixed[(number * 13) % mixed.length]} HTTP/1.1\r\nHost: seoga.invalid\r\n\r\n`;
    if (await hangUp(worker.port, bytes, 1 + (number % 4))) tooLate += 1;
    else gone += 1;
  }
}

// What an isolate sets up once is there before it is counted.
for (const path of mixed.slice(0, 20)) await (await fetch(worker.base + path)).arrayBuffer();
const before = await held();
const first = server();
const load = loadavg()[0];
const memory = [[0, before.bytes]];
const began = Date.now();
const watch = setInterval(() => memory.push([Math.round((Date.now() - began) / 1000), server()?.bytes ?? null]), 5000);
const loops = share > 0 ? Array.from({ length: 4 }, impatient) : [];
const run = autocannon({
  url: worker.base,
  connections,
  duration: Number(options.seconds),
  timeout: 20,
  ...(options.rate ? { overallRate: Number(options.rate) } : {}),
  setupClient(client) {
    const from = Math.floor((mixed.length * next++) / connections);
    client.setRequests([...mixed.slice(from), ...mixed.slice(0, from)].map((path) => ({ method: 'GET', path })));
  },
});
run.on('response', () => { answered += 1; });
const result = await run;
running = false;
await Promise.all(loops);
clearInterval(watch);
const last = server();
// Those who went away last may still be under way.
for (let tries = 0; (await worker.live()).handles > before.handles && tries < 100; tries += 1) await wait(100);
const after = await held();
await wait(Number(options.after) * 1000);
const later = await held();
await worker.end();

const { latency, requests, errors, timeouts, non2xx } = result;
const statuses = Object.fromEntries(Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, count]));
const all = requests.total + gone + tooLate;
const told = {
  seconds: result.duration, connections, rate: options.rate ? Number(options.rate) : null, questions: mixed.length, load_average: load, requests: all,
  per_second: all / result.duration, answered: requests.total, hung_up: gone, hung_up_too_late: tooLate,
  p50_ms: latency.p50, p90_ms: latency.p90, p99_ms: latency.p99, most_ms: latency.max, statuses, errors, timeouts,
  processor_ms_a_request: first && last ? ((last.processor - first.processor) * 1000) / all : null, before, after, later, memory,
};
writeFileSync(options.json, JSON.stringify(told, null, 1));
const megabytes = (bytes) => (bytes ? (bytes / 1e6).toFixed(1) : 'not told');
const three = (of) => [before, after, later].map(of).join('; ');
const table = [
  ['seconds; connections; distinct questions; load average before', `${told.seconds}; ${connections}; ${told.questions}; ${load.toFixed(1)}`],
  ['requests; a second', `${all}; ${told.per_second.toFixed(0)}`],
  ['of these answered; reset before an answer came; reset when one had begun to come', `${requests.total}; ${gone}; ${tooLate}`],
  ['p50; p90; p99; most of those answered, ms', `${told.p50_ms}; ${told.p90_ms}; ${told.p99_ms}; ${told.most_ms}`],
  ['answers by status', Object.entries(statuses).map(([status, count]) => `${status}: ${count}`).join(', ')],
  ['errors of the connection; timeouts', `${errors}; ${timeouts}`],
  ['processor time of workerd a request, ms', told.processor_ms_a_request?.toFixed(2) ?? 'this system does not tell'],
  [`memory of workerd, MB: before; after; ${options.after} s later`, three((at) => megabytes(at.bytes))],
  ['memory of the WASM, MB', three((at) => megabytes(at.wasm_bytes))],
  ['live handles', three((at) => at.handles)],
];
console.log('| | |\n|---|---|');
for (const [name, value] of table) console.log(`| ${name} | ${value} |`);
const wrong = errors + timeouts + non2xx;
const left = Math.max(after.handles, later.handles) - before.handles;
if (wrong > 0) console.error(`${wrong} requests had no good answer`);
if (left > 0) console.error(`${left} handles are left of ${gone + tooLate} visitors who went away`);
if (wrong > 0 || left > 0 || requests.total < Math.min(mixed.length, connections)) process.exit(1);
