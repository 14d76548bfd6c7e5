// The same searches on workerd and on the functions for Lambda@Edge: processor time of each answer, and what the first one of
// a fresh start costs. Linux alone (it reads /proc).
//
//   node tests/bench/platforms.mjs --queries FILE.tsv [--searches 1000] [--bucket dist/assets] [--functions build/lambda]
//
// workerd is started by `wrangler dev` (SEOGA_CATALOGUE names the catalogue, as for its build), and asked over HTTP; its time is that of all its
// threads, from before a request until its answer. The search function runs in a Node of its own that answers one event at a
// time; its index lies in the package, as it does when it is small enough for the zip, and, for the bytes of a first answer,
// behind HTTP. Each query is asked once unmeasured, then once measured. It measures, it does not judge.

import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { fork, spawn } from 'node:child_process';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { at, parameters, rows } from './queries.mjs';

const ROOT = join(import.meta.dirname, '../..');

async function main() {
  const { values: options } = parseArgs({
    options: {
      queries: { type: 'string' },
      searches: { type: 'string', default: '1000' },
      cold: { type: 'string', default: '10' },
      bucket: { type: 'string', default: join(ROOT, 'dist/assets') },
      functions: { type: 'string', default: join(ROOT, 'build/lambda') },
    },
  });
  if (!options.queries) {
    console.error('--queries FILE.tsv is missing: columns qid, query_class, query, libraries');
    process.exit(2);
  }
  const all = rows(options.queries);
  const every = Math.max(1, Math.floor(all.length / Number(options.searches)));
  const queries = all.filter((_, place) => place % every === 0).slice(0, Number(options.searches)).map((row) => String(new URLSearchParams(parameters(row))));
  const colds = queries.filter((_, place) => place % Math.floor(queries.length / Number(options.cold)) === 0).slice(0, Number(options.cold));
  const folder = mkdtempSync(join(tmpdir(), 'platforms-'));
  const bundled = join(folder, 'search');
  cpSync(join(options.functions, 'search'), bundled, { recursive: true });
  cpSync(join(options.bucket, 'index'), join(bundled, 'index'), { recursive: true });
  const files = await server(options.bucket);
  try {
    const table = [
      ['workerd', await workerd(queries)],
      ['Node, index in the zip', await node(bundled, files.url, queries)],
    ];
    line('processor ms of an answer', 'p50', 'p99', 'max');
    for (const [name, times] of table) line(name, ...[at(times, 0.5), at(times, 0.99), times.at(-1)].map((time) => time.toFixed(2)));
    console.log();
    line('first answer of a fresh start (median)', 'ms', 'CPU ms', 'bytes');
    const cold = [
      ['workerd (wrangler dev, with compiling WASM)', await median(colds.slice(0, 3), coldWorkerd)],
      ['Node, index in the zip', await median(colds, (query) => coldNode(bundled, files, query))],
      ['Node, index over HTTP', await median(colds, (query) => coldNode(join(options.functions, 'search'), files, query))],
    ];
    for (const [name, { ms, cpu, bytes }] of cold) line(name, ms.toFixed(0), cpu.toFixed(0), bytes ?? '-');
  } finally {
    files.close();
    rmSync(folder, { recursive: true });
  }
  process.exit(0);
}

const line = (name, ...cells) => console.log(String(name).padEnd(46) + cells.map((cell) => String(cell).padStart(9)).join(''));

async function median(list, run) {
  const found = [];
  for (const one of list) found.push(await run(one));
  const middle = (name) => at(found.map((one) => one[name]).sort((a, b) => a - b), 0.5);
  return { ms: middle('ms'), cpu: middle('cpu'), ...(found[0].bytes !== undefined && { bytes: middle('bytes') }) };
}

/** The index over HTTP; counts what is asked for. */
async function server(bucket) {
  const files = readdirSync(join(bucket, 'index'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const kept = new Map(paths.map((path) => [`/${relative(bucket, path)}`, readFileSync(path)]));
  const read = { bytes: 0 };
  const listening = http.createServer((request, response) => {
    const body = kept.get(request.url);
    read.bytes += body?.length ?? 0;
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise((resolve) => listening.listen(0, 'localhost', resolve));
  const close = () => { listening.close(); listening.closeAllConnections(); };
  return { url: `http://localhost:${listening.address().port}`, read, close };
}

function child(functions, base) {
  const started = fork(import.meta.filename, [], { env: { AWS_REGION: 'bench' }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ask = (query) => new Promise((resolve, reject) => {
    started.once('message', (said) => (said.status === 200 ? resolve(said) : reject(new Error(`${query}: ${said.status}`))));
    started.send({ functions, base, query });
  });
  return { ask, end: () => started.kill() };
}

async function node(functions, base, queries) {
  const { ask, end } = child(functions, base);
  for (const query of queries) await ask(query);
  const times = [];
  for (const query of queries) times.push((await ask(query)).cpu);
  end();
  return times.sort((a, b) => a - b);
}

async function coldNode(functions, { url, read }, query) {
  read.bytes = 0;
  const { ask, end } = child(functions, url);
  const { ms, cpu } = await ask(query);
  end();
  return { ms, cpu, bytes: read.bytes };
}

let port = 20_000 + (process.pid % 20_000);
/** `wrangler dev` on what is built; gives its address, the workerd processes and its end. */
async function wrangler() {
  const at = ++port;
  // With this Node: the one that a shell finds may be too old for wrangler.
  const started = spawn(process.execPath, [join(ROOT, 'node_modules/.bin/wrangler'), 'dev', '--port', String(at), '--inspector-port', '0', '--show-interactive-dev-session=false'], {
    cwd: ROOT, detached: true, stdio: 'ignore', env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_SEND_METRICS: 'false' },
  });
  const end = () => process.kill(-started.pid, 'SIGTERM');
  const deadline = performance.now() + 120_000;
  for (;;) {
    const pids = descendants(started.pid).filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('workerd'));
    if (pids.length && (await listens(at))) return { url: `http://localhost:${at}`, pids, end };
    if (started.exitCode !== null) throw new Error(`wrangler dev ended with ${started.exitCode}; run npx wrangler dev to see why`);
    if (performance.now() > deadline) throw new Error('wrangler dev does not answer');
    await new Promise((later) => setTimeout(later, 50));
  }
}

/** Whether anything but the worker answers: a static file does not wake it. */
const listens = (at) => fetch(`http://localhost:${at}/index/current.json`).then((answer) => answer.ok, () => false);

function descendants(pid) {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [[Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1])]];
    } catch {
      return [];
    }
  });
  const found = [pid];
  for (const one of found) found.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
  return found.slice(1);
}

/** Milliseconds that all threads of processes have run. */
function ran(pids) {
  let nanoseconds = 0;
  for (const pid of pids) for (const task of readdirSync(`/proc/${pid}/task`)) nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return nanoseconds / 1e6;
}

async function measured({ url, pids }, query) {
  const [before, from] = [ran(pids), performance.now()];
  const answer = await fetch(`${url}/api/search?${query}`);
  await answer.arrayBuffer();
  const ms = performance.now() - from;
  if (answer.status !== 200) throw new Error(`${query}: ${answer.status}`);
  return { ms, cpu: ran(pids) - before };
}

async function workerd(queries) {
  const running = await wrangler();
  for (const query of queries) await measured(running, query);
  const times = [];
  for (const query of queries) times.push((await measured(running, query)).cpu);
  running.end();
  return times.sort((a, b) => a - b);
}

async function coldWorkerd(query) {
  const running = await wrangler();
  const first = await measured(running, query);
  running.end();
  return first;
}

// In a child, the function in a Node of its own; else the bench.
if (process.send) {
  const started = performance.now();
  let handler;
  process.on('message', async ({ functions, base, query }) => {
    const began = process.cpuUsage();
    const from = handler ? performance.now() : started;
    handler ??= (await import(join(functions, 'search.mjs'))).handler;
    const list = (key, value) => ({ [key]: [{ key, value }] });
    const result = await handler({
      Records: [{
        cf: {
          config: { eventType: 'origin-request', requestId: 'bench', distributionDomainName: 'bench.invalid' },
          request: { method: 'GET', uri: '/api/search', querystring: query, headers: {}, origin: { s3: { customHeaders: { ...list('x-seoga-mode', 'development'), ...list('x-seoga-base', base) } } } },
        },
      }],
    });
    const { user, system } = process.cpuUsage(began);
    process.send({ status: Number(result.status), cpu: (user + system) / 1000, ms: performance.now() - from, memory: process.memoryUsage().rss });
  });
} else {
  await main();
}
