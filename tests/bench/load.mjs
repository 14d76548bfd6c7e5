// Load on a server: the questions of a file asked over and over by several visitors at once, for a while.
//
//   node tests/bench/load.mjs --url http://localhost:8787 --queries FILE.tsv --json FILE
//        [--seconds N] [--connections N] [--rate N] [--pids N,N]
//
// FILE has the columns that queries.mjs reads. Every connection begins at another question, and asks all of them in an order
// that mixes the kinds. `rate` bounds the requests a second; without it each connection asks as soon as it is answered.
// `pids` are the server's own processes, whose memory and processor time are looked at (on Linux). It fails when an answer
// was an error, when none came, and when the mix was not asked once.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { parameters, rows } from './queries.mjs';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    queries: { type: 'string' },
    json: { type: 'string' },
    seconds: { type: 'string', default: '300' },
    connections: { type: 'string', default: '8' },
    rate: { type: 'string' },
    pids: { type: 'string', default: '' },
  },
});
if (!options.url || !options.queries || !options.json) {
  console.error('--url, --queries and --json are wanted');
  process.exit(2);
}
const paths = rows(options.queries).map((row) => `/api/search?${new URLSearchParams(parameters(row))}`);
// Neighbours in the file are of one kind.
const mixed = paths.map((path, place) => ({ path, key: (place * 7919) % paths.length })).sort((a, b) => a.key - b.key).map(({ path }) => path);

/** Bytes that the server's processes hold and seconds of the processor that they used; null where the system does not tell. */
function server() {
  const told = { bytes: 0, processor: 0 };
  for (const pid of options.pids.split(',').filter(Boolean)) {
    try {
      const held = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').find((one) => one.startsWith('VmRSS:'));
      told.bytes += Number(held.replace(/\D+/g, '')) * 1024;
      // After the name in brackets: state, parent, …; user and system time are the 12th and 13th, in hundredths.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
      told.processor += (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return null;
    }
  }
  return told.bytes ? told : null;
}

const connections = Number(options.connections);
let next = 0;
const first = server();
const memory = [[0, first?.bytes ?? null]];
const began = Date.now();
const sample = () => memory.push([Math.round((Date.now() - began) / 1000), server()?.bytes ?? null]);
const watch = setInterval(sample, 5000);
const result = await autocannon({
  url: options.url,
  connections,
  duration: Number(options.seconds),
  timeout: 20,
  ...(options.rate ? { overallRate: Number(options.rate) } : {}),
  setupClient(client) {
    const from = Math.floor((mixed.length * next++) / connections);
    client.setRequests([...mixed.slice(from), ...mixed.slice(0, from)].map((path) => ({ method: 'GET', path })));
  },
});
clearInterval(watch);
const last = server();
sample();

const { latency, requests, errors, timeouts, non2xx } = result;
const statuses = Object.fromEntries(Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, count]));
const told = {
  seconds: result.duration, connections, rate: options.rate ? Number(options.rate) : null, questions: mixed.length, requests: requests.total,
  per_second: requests.average, p50_ms: latency.p50, p90_ms: latency.p90, p99_ms: latency.p99, most_ms: latency.max, statuses, errors, timeouts,
  processor_ms_a_request: first && last ? ((last.processor - first.processor) * 1000) / requests.total : null, memory,
};
writeFileSync(options.json, JSON.stringify(told, null, 1));
const held = memory.map(([, bytes]) => bytes).filter(Boolean);
const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
const at = (share) => megabytes(held[Math.min(held.length - 1, Math.floor(held.length * share))]);
const table = [
  ['seconds; connections; distinct questions', `${told.seconds}; ${connections}; ${told.questions}`],
  ['requests; a second', `${told.requests}; ${told.per_second}`],
  ['p50; p90; p99; most, ms', `${told.p50_ms}; ${told.p90_ms}; ${told.p99_ms}; ${told.most_ms}`],
  ['answers by status', Object.entries(statuses).map(([status, count]) => `${status}: ${count}`).join(', ')],
  ['errors of the connection; timeouts', `${errors}; ${timeouts}`],
  ['processor time of workerd a request, ms', told.processor_ms_a_request?.toFixed(2) ?? 'this system does not tell'],
  ['memory of workerd, MB: at first; after a quarter, half, three quarters; at last; most', held.length ? `${at(0)}; ${at(0.25)}, ${at(0.5)}, ${at(0.75)}; ${at(1)}; ${megabytes(Math.max(...held))}` : 'this system does not tell'],
];
console.log('| | |\n|---|---|');
for (const [name, value] of table) console.log(`| ${name} | ${value} |`);
if (errors + timeouts + non2xx > 0 || told.requests < Math.min(mixed.length, connections)) process.exit(1);
