// The shipped worker on Node's V8: how long it takes from a request to the bytes of its answer.
//
//   node tests/bench/edge.mjs --worker build/worker --index build/index --queries FILE.tsv --json FILE
//        [--each N] [--repeat N] [--limit N] [--cold N] [--wasm FILE]
//
// The WASM is the file that is deployed; only the two imports that workerd resolves itself (`cloudflare:workers` and
// the module of the WASM) are given here. Static files are answered from memory, so that no disk is measured. FILE has a
// header and the columns qid, query_class, query, libraries (names joined by `|`) and perhaps params (`name=value` joined
// by `|`); `cargo xtask bench` draws one. Of each kind (query_class) the first `each` questions count, `more` is none.
//
// Times are processor time of the main thread, on which the isolate runs; V8's other threads, which collect and compile,
// are counted apart (`whole`: all threads of the process). Garbage is collected before each question that is timed alone.
//
// - warm: each question is asked once to fill the isolate's cache, then `repeat` times; the median counts. The caches have
//   what the question needs: a lower bound.
// - turn: one isolate with the cache as it ships is asked different questions in an order fixed by their ids; the first
//   third warms it up, the others count, each asked once, with what each fetched. So visitors meet it.
// - instance: a fresh instance of a module that V8 has compiled, asked one question: opening, verifying, answering; the
//   median of three such instances.
// - process: a fresh process asked one question: the same on code that V8 has only just compiled, at its lowest tier, and
//   with what V8 compiles better meanwhile. Loading script and WASM is told apart: a platform does that before the
//   request's time begins.
// - memory: the isolate of the turn, asked every other question of the file once.
//
// It measures, it does not judge: no time fails anything.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { at, parameters, rows, shuffled } from './queries.mjs';

const { values: options } = parseArgs({
  options: {
    worker: { type: 'string', default: 'build/worker' },
    wasm: { type: 'string' },
    index: { type: 'string', default: 'build/index' },
    queries: { type: 'string' },
    each: { type: 'string', default: '200' },
    repeat: { type: 'string', default: '5' },
    limit: { type: 'string', default: '20' },
    cold: { type: 'string', default: '8' },
    json: { type: 'string' },
    // A fresh process's own: the script laid out by its parent, and what to ask, as JSON.
    script: { type: 'string' },
    ask: { type: 'string' },
  },
});
if (!options.queries && !options.ask) {
  console.error('--queries FILE.tsv is missing: columns qid, query_class, query, libraries');
  process.exit(2);
}

/** The static files, as the binding gives them; counts what is asked for. */
class Fetcher {
  static files = new Map();
  names = [];
  read = { bytes: 0, files: 0, rounds: 0 };
  #round = false;

  static file(path) {
    const name = path.replace(/^\/index\//, '');
    if (!Fetcher.files.has(name)) {
      try {
        Fetcher.files.set(name, readFileSync(join(options.index, name)));
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
        Fetcher.files.set(name, null);
      }
    }
    return Fetcher.files.get(name);
  }

  async fetch(input) {
    const { pathname } = new URL(input.url ?? input);
    const bytes = Fetcher.file(pathname);
    this.names.push(pathname);
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

/** Lays the script out with the platform's two modules replaced; gives its path. */
function layOut(folder) {
  const script = readFileSync(join(options.worker, 'index.js'), 'utf8')
    .replace(/import\s*\{\s*WorkerEntrypoint as ([\w$]+)\s*\}\s*from\s*"cloudflare:workers";/, 'const $1=globalThis.edgeBench.WorkerEntrypoint;')
    .replace(/import\s*([\w$]+)\s*from\s*"\.\/index_bg\.wasm";/, 'const $1=globalThis.edgeBench.wasm;');
  if (/^\s*import\b/m.test(script) || script.includes('from"cloudflare:')) {
    console.error(`${options.worker}/index.js imports something this bench does not know; look at its first lines`);
    process.exit(1);
  }
  const file = join(folder, 'index.mjs');
  writeFileSync(file, script);
  return file;
}

// The worker listens for errors of its isolate; here they end the bench by themselves.
globalThis.addEventListener = () => {};
globalThis.edgeBench = {
  WorkerEntrypoint: class { constructor(context, env) { this.ctx = context; this.env = env; } },
  memory: null,
};
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    globalThis.edgeBench.memory = this.exports.memory;
  }
};

/** A fresh isolate: its own instance of the WASM, nothing read yet. */
let instances = 0;
async function isolate(script, assets) {
  const module = await import(`${pathToFileURL(script)}?instance=${instances++}`);
  const env = { ASSETS: assets, SEOGA_MODE: 'development' };
  return { worker: new module.default({ waitUntil() {} }, env), memory: globalThis.edgeBench.memory };
}

function request(row, limit) {
  const url = new URL('https://bench.invalid/api/search');
  for (const [name, value] of parameters(row)) url.searchParams.append(name, value);
  url.searchParams.set('limit', limit);
  return new Request(url);
}

const processor = ({ user, system }) => (user + system) / 1000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Asks once; milliseconds of the main thread, of all threads, and of the clock. */
async function ask(worker, row, limit) {
  const asked = request(row, limit);
  // Linux brings a running thread's count up to date only when that of the whole process is read: that one first.
  const [before, main] = [process.cpuUsage(), process.threadCpuUsage()];
  const start = process.hrtime.bigint();
  const response = await worker.fetch(asked);
  const body = await response.arrayBuffer();
  const clock = Number(process.hrtime.bigint() - start) / 1e6;
  const whole = processor(process.cpuUsage(before));
  const cpu = processor(process.threadCpuUsage(main));
  if (response.status !== 200) throw new Error(`${row.qid} ${row.query}: ${response.status} ${new TextDecoder().decode(body)}`);
  return { cpu, whole, clock, answer: body.byteLength };
}

/** Fresh instances that each cold question is asked of. */
const FRESH = 3;
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

if (options.ask) {
  const { row, limit, names } = JSON.parse(options.ask);
  for (const name of names) Fetcher.file(name);
  const bytes = readFileSync(options.wasm ?? join(options.worker, 'index_bg.wasm'));
  const before = process.cpuUsage();
  globalThis.edgeBench.wasm = new WebAssembly.Module(bytes);
  const { worker } = await isolate(options.script, new Fetcher());
  const load = processor(process.cpuUsage(before));
  collect();
  const { cpu } = await ask(worker, row, limit);
  console.log(JSON.stringify({ load, cpu }));
} else {
  await bench();
}

async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  globalThis.edgeBench.wasm = await WebAssembly.compile(readFileSync(options.wasm ?? join(options.worker, 'index_bg.wasm')));
  const script = layOut(folder);
  const all = rows(options.queries);
  const [each, repeat, limit, few] = [options.each, options.repeat, options.limit, options.cold].map(Number);
  const kinds = Map.groupBy(all.filter((row) => row.query_class !== 'more'), (row) => row.query_class);
  const timed = [...kinds.values()].flatMap((list) => list.slice(0, each));

  const { worker } = await isolate(script, new Fetcher());
  // V8 compiles what runs often once more: let it, before anything is counted.
  for (const row of timed.filter((_, place) => place % 7 === 0)) for (let turn = 0; turn < 2; turn++) await ask(worker, row, limit);
  const warm = [];
  for (const row of timed) {
    const { answer } = await ask(worker, row, limit);
    const times = [];
    collect();
    for (let turn = 0; turn < repeat; turn++) times.push(await ask(worker, row, limit));
    const median = (of) => at(sorted(times.map((time) => time[of])), 0.5);
    warm.push({ qid: row.qid, kind: row.query_class, query: row.query, ms: median('cpu'), whole: median('whole'), clock: median('clock'), answer });
  }
  // An answer that needs next to no search: what the platform's own objects cost here.
  const empty = [];
  for (let turn = 0; turn < 500; turn++) empty.push((await ask(worker, { query: '9788900000004', libraries: '' }, limit)).cpu);

  const cold = [];
  for (const list of few > 0 ? kinds.values() : []) {
    const step = Math.max(1, Math.floor(Math.min(list.length, each) / few));
    for (const row of list.slice(0, each).filter((_, place) => place % step === 0).slice(0, few)) {
      const files = new Fetcher();
      const fresh = await isolate(script, files);
      // Read from the disk before, not meanwhile.
      await ask(fresh.worker, row, limit);
      let again;
      const shots = [];
      for (let turn = 0; turn < FRESH; turn++) {
        again = new Fetcher();
        const { worker } = await isolate(script, again);
        collect();
        shots.push(await ask(worker, row, limit));
      }
      const median = (of) => at(sorted(shots.map((shot) => shot[of])), 0.5);
      const [instance, whole] = [median('cpu'), median('whole')];
      const child = ['--worker', options.worker, '--index', options.index, '--script', script];
      if (options.wasm) child.push('--wasm', options.wasm);
      const told = spawnSync(process.execPath, ['--no-wasm-lazy-compilation', fileURLToPath(import.meta.url), ...child, '--ask', JSON.stringify({ row, limit, names: files.names })], { encoding: 'utf8' });
      if (told.status !== 0) throw new Error(`a fresh process failed on ${row.qid}: ${told.stderr}`);
      const process_ = JSON.parse(told.stdout);
      cold.push({ qid: row.qid, kind: row.query_class, query: row.query, instance, whole, process: process_.cpu, load: process_.load, ...again.read });
    }
  }

  const files = new Fetcher();
  const long = await isolate(script, files);
  const grown = [];
  let asked = 0;
  const next = async (row) => {
    const before = { ...files.read };
    const answer = await ask(long.worker, row, limit);
    asked += 1;
    if (asked % 500 === 0) grown.push([asked, long.memory.buffer.byteLength]);
    return { ...answer, ...Object.fromEntries(Object.entries(files.read).map(([name, count]) => [name, count - before[name]])) };
  };
  const order = shuffled(timed);
  const warming = Math.floor(order.length / 3);
  for (const row of order.slice(0, warming)) await next(row);
  collect();
  const turn = [];
  for (const row of order.slice(warming)) {
    const { cpu, whole, clock, bytes, files, rounds } = await next(row);
    turn.push({ qid: row.qid, kind: row.query_class, query: row.query, ms: cpu, whole, clock, bytes, files, rounds });
  }
  const counted = new Set(timed);
  for (const row of shuffled(all).filter((row) => !counted.has(row))) await next(row);
  grown.push([asked, long.memory.buffer.byteLength]);
  const memory = { questions: asked, wasm_bytes: long.memory.buffer.byteLength, grown, ...files.read };

  const ms = (number) => number.toFixed(3).padStart(9);
  const line = (name, list) => {
    const times = sorted(list.map((row) => row.ms));
    const clocks = sorted(list.map((row) => row.clock));
    console.log(`${name.padEnd(16)}${String(list.length).padStart(6)}${ms(at(times, 0.5))}${ms(at(times, 0.99))}${ms(times.at(-1))}${ms(at(clocks, 0.5))}`);
  };
  console.log(`${'kind'.padEnd(16)}${'n'.padStart(6)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'max ms'.padStart(9)}${'by clock'.padStart(9)}`);
  for (const [kind, list] of Map.groupBy(warm, (row) => row.kind)) line(kind, list);
  line('all', warm);
  line('in turn', turn);
  console.log(`${'an ISBN of none'.padEnd(16)}${String(empty.length).padStart(6)}${ms(at(sorted(empty), 0.5))}${ms(at(sorted(empty), 0.99))}`);
  console.log('\nslowest, ms');
  for (const row of [...warm].sort((a, b) => b.ms - a.ms).slice(0, 10)) console.log(`${ms(row.ms)}  ${row.kind}: ${row.query}`);
  if (cold.length) console.log('\nfirst answer (processor ms: instance, fresh process, loading the script there)');
  for (const name of cold.length ? ['instance', 'process', 'load', 'bytes', 'files', 'rounds'] : []) {
    const numbers = sorted(cold.map((row) => row[name]));
    console.log(`${name.padEnd(9)} p50 ${at(numbers, 0.5)}  p90 ${at(numbers, 0.9)}  max ${numbers.at(-1)}`);
  }
  console.log(`\n${memory.questions} questions: ${(memory.wasm_bytes / 1e6).toFixed(1)} MB of WASM memory, ${memory.files} files of ${(memory.bytes / 1e6).toFixed(1)} MB fetched`);
  if (options.json) writeFileSync(options.json, JSON.stringify({ options, warm, turn, empty: at(sorted(empty), 0.5), cold, memory }, null, 1));
}
