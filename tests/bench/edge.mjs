// The shipped worker on Node's V8: how long it takes from a request to the bytes of its answer.
//
//   node tests/bench/edge.mjs --worker build/worker --assets dist/assets --queries FILE.tsv [--repeat N] [--limit N] [--json FILE]
//
// The WASM is the file that is deployed; only the two imports that workerd resolves itself (`cloudflare:workers` and
// the module of the WASM) are given here. Static files are answered from memory, so that no disk is measured. FILE has a
// header and the columns qid, query_class, query, libraries (names joined by `|`). Each query is asked once to fill the
// isolate's cache, then N times (5); its median counts. A cold isolate is a fresh instance asked one query: the processor
// time of opening, reading and answering, with what it read and in how many rounds.
//
// It measures, it does not judge: no time fails anything.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { at, parameters, rows } from './queries.mjs';

const { values: options } = parseArgs({
  options: {
    worker: { type: 'string', default: 'build/worker' },
    assets: { type: 'string', default: 'dist/assets' },
    queries: { type: 'string' },
    repeat: { type: 'string', default: '5' },
    limit: { type: 'string', default: '20' },
    cold: { type: 'string', default: '40' },
    json: { type: 'string' },
  },
});
if (!options.queries) {
  console.error('--queries FILE.tsv is missing: columns qid, query_class, query, libraries');
  process.exit(2);
}

/** The static files, as the binding gives them; counts what is asked for. */
class Fetcher {
  files = new Map();
  read = { bytes: 0, files: 0, rounds: 0 };
  #round = false;

  constructor(folder) {
    for (const name of readdirSync(join(folder, 'index'))) {
      this.files.set(`/index/${name}`, readFileSync(join(folder, 'index', name)));
    }
  }

  async fetch(input) {
    const bytes = this.files.get(new URL(input.url ?? input).pathname);
    if (!this.#round) {
      // What is asked for before anything else runs is one round.
      this.#round = true;
      this.read.rounds += 1;
      setImmediate(() => (this.#round = false));
    }
    await new Promise((later) => setImmediate(later));
    if (!bytes) return new Response(null, { status: 404 });
    this.read.bytes += bytes.length;
    this.read.files += 1;
    return new Response(bytes);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const wasm = await WebAssembly.compile(readFileSync(join(options.worker, 'index_bg.wasm')));
// The worker listens for errors of its isolate; here they end the bench by themselves.
globalThis.addEventListener = () => {};
globalThis.edgeBench = { WorkerEntrypoint: class { constructor(context, env) { this.ctx = context; this.env = env; } }, wasm };
const script = readFileSync(join(options.worker, 'index.js'), 'utf8')
  .replace(/import\s*\{\s*WorkerEntrypoint as (\w+)\s*\}\s*from\s*"cloudflare:workers";/, 'const $1=globalThis.edgeBench.WorkerEntrypoint;')
  .replace(/import\s+(\w+)\s+from\s*"\.\/index_bg\.wasm";/, 'const $1=globalThis.edgeBench.wasm;');
if (/^\s*import\b/m.test(script) || script.includes('from"cloudflare:')) {
  console.error(`${options.worker}/index.js imports something this bench does not know; look at its first lines`);
  process.exit(1);
}
writeFileSync(join(folder, 'index.mjs'), script);

/** A fresh isolate: its own instance of the WASM, nothing read yet. */
let instances = 0;
async function isolate(assets) {
  const module = await import(`${pathToFileURL(join(folder, 'index.mjs'))}?instance=${instances++}`);
  const env = { ASSETS: assets, SEOGA_MODE: 'development' };
  return new module.default({ waitUntil() {} }, env);
}

function request(row) {
  const url = new URL('https://bench.invalid/api/search');
  for (const [name, value] of parameters(row)) url.searchParams.append(name, value);
  url.searchParams.set('limit', options.limit);
  return new Request(url);
}

async function ask(worker, row) {
  const asked = request(row);
  const start = process.hrtime.bigint();
  const response = await worker.fetch(asked);
  const body = await response.arrayBuffer();
  const took = Number(process.hrtime.bigint() - start) / 1e6;
  if (response.status !== 200) throw new Error(`${row.qid} ${row.query}: ${response.status} ${new TextDecoder().decode(body)}`);
  return took;
}

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const ms = (number) => number.toFixed(3).padStart(9);

const queries = rows(options.queries);
const assets = new Fetcher(options.assets);
const worker = await isolate(assets);
const warm = [];
// V8 compiles what runs often once more: let it, before anything is counted.
for (const row of queries.slice(0, 400)) await ask(worker, row);
for (const row of queries) {
  await ask(worker, row);
  const times = [];
  for (let turn = 0; turn < Number(options.repeat); turn++) times.push(await ask(worker, row));
  warm.push({ ...row, ms: at(sorted(times), 0.5) });
}
// An answer that needs no search: what the platform's own objects cost here.
const empty = [];
for (let turn = 0; turn < 500; turn++) empty.push(await ask(worker, { query: '9788900000004', libraries: '' }));

const cold = [];
const step = Math.max(1, Math.floor(queries.length / Number(options.cold)));
for (const row of queries.filter((_, place) => place % step === 0)) {
  const files = new Fetcher(options.assets);
  const fresh = await isolate(files);
  const before = process.cpuUsage();
  await ask(fresh, row);
  const { user, system } = process.cpuUsage(before);
  cold.push({ ...row, cpu: (user + system) / 1000, ...files.read });
}

const kinds = Map.groupBy(warm, (row) => row.query_class);
console.log(`${'kind'.padEnd(24)}${'n'.padStart(6)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'max ms'.padStart(9)}`);
const line = (name, list) => {
  const times = sorted(list.map((row) => row.ms));
  console.log(`${name.padEnd(24)}${String(list.length).padStart(6)}${ms(at(times, 0.5))}${ms(at(times, 0.99))}${ms(times.at(-1))}`);
};
for (const [kind, list] of kinds) line(kind, list);
line('all', warm);
console.log(`${'an ISBN of no book'.padEnd(24)}${String(empty.length).padStart(6)}${ms(at(sorted(empty), 0.5))}${ms(at(sorted(empty), 0.99))}`);
console.log('\nslowest, ms');
const slowest = [...warm].sort((a, b) => b.ms - a.ms).slice(0, 20);
for (const row of slowest) console.log(`${ms(row.ms)}  ${row.query_class}: ${row.query}`);
console.log('\nfirst answer of a fresh isolate (processor ms with compilation by V8, bytes, files, rounds)');
for (const name of ['cpu', 'bytes', 'files', 'rounds']) {
  const numbers = sorted(cold.map((row) => row[name]));
  console.log(`${name.padEnd(8)} p50 ${at(numbers, 0.5)}  p90 ${at(numbers, 0.9)}  max ${numbers.at(-1)}`);
}
console.log(`\nmemory of the instance's process: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB resident, with every instance above`);
if (options.json) writeFileSync(options.json, JSON.stringify({ options, warm, cold }, null, 1));
