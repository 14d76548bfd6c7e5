// Pagefind on the same books and the same questions: an index of static files, asked in this process.
//
//   node static.mjs --documents FILE.tsv --queries FILE.tsv --out DIR --json FILE [--each N] [--limit N]
//
// Books are ISBN, title, authors, publisher, keywords and libraries, separated by tabs. Title, authors, publisher and
// keywords are the text of a page, libraries a filter. Every question is asked once of an instance that has nothing at hand
// (files and bytes it fetches, the first `limit` results with their fragments), and once more of one that has its files
// (processor time of the main thread). Not a judge of answers: how many books it finds is told beside.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createIndex, close } from 'pagefind';
import { parameters, rows } from '../../bench/queries.mjs';

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string' },
    queries: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'string' },
    each: { type: 'string', default: '40' },
    limit: { type: 'string', default: '20' },
  },
});
for (const name of ['documents', 'queries', 'out', 'json']) {
  if (!options[name]) {
    console.error(`--${name} is missing`);
    process.exit(2);
  }
}
const limit = Number(options.limit);
const BASE = 'http://peer.invalid/pagefind/';

/** Makes the index; says how long it took by the clock. */
async function build() {
  const began = process.hrtime.bigint();
  const { index, errors } = await createIndex({ forceLanguage: 'ko' });
  if (errors.length) throw new Error(errors.join('; '));
  const lines = readFileSync(options.documents, 'utf8').split('\n').filter(Boolean);
  for (const line of lines) {
    const [isbn, title, authors, publisher, keywords, libraries] = line.split('\t');
    const added = await index.addCustomRecord({
      url: `/books/${isbn}`,
      content: [title, authors, publisher, keywords.replaceAll('|', ' ')].join('\n'),
      language: 'ko',
      meta: { title, authors },
      filters: { library: libraries.split('|') },
    });
    if (added.errors.length) throw new Error(`${isbn}: ${added.errors.join('; ')}`);
  }
  rmSync(options.out, { recursive: true, force: true });
  const { errors: wrong } = await index.writeFiles({ outputPath: options.out });
  if (wrong.length) throw new Error(wrong.join('; '));
  await close();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

const files = new Map();
const read = { bytes: 0, files: 0 };
globalThis.fetch = async (input) => {
  const path = new URL(input.url ?? input, BASE).pathname.replace(/^\/pagefind\//, '');
  if (!files.has(path)) {
    const file = join(options.out, path);
    files.set(path, existsSync(file) ? readFileSync(file) : null);
  }
  const bytes = files.get(path);
  if (!bytes) return new Response(null, { status: 404 });
  read.bytes += bytes.length;
  read.files += 1;
  return new Response(bytes);
};
// It asks the page for its language and its address.
globalThis.document = { querySelector: () => ({ getAttribute: () => 'ko' }), currentScript: null };
globalThis.location = new URL(BASE);
globalThis.window = globalThis;

let instances = 0;
async function instance() {
  const peer = await import(`${pathToFileURL(join(options.out, 'pagefind.js'))}?instance=${instances++}`);
  await peer.options({ basePath: BASE, baseUrl: '/' });
  return peer;
}

async function ask(peer, row) {
  const asked = parameters(row);
  const library = asked.filter(([name]) => name === 'library').map(([, value]) => value);
  const filters = library.length ? { library: { any: library } } : {};
  const { results } = await peer.search(row.query, { filters });
  const shown = await Promise.all(results.slice(0, limit).map((result) => result.data()));
  return { total: results.length, shown: shown.length };
}

const seconds = await build();
const counts = new Map();
const timed = rows(options.queries).filter((row) => {
  counts.set(row.query_class, (counts.get(row.query_class) ?? 0) + 1);
  return row.query_class !== 'more' && counts.get(row.query_class) <= Number(options.each);
});
const answers = [];
for (const row of timed) {
  const before = { ...read };
  const peer = await instance();
  const { total } = await ask(peer, row);
  const [bytes, fetched] = [read.bytes - before.bytes, read.files - before.files];
  // Linux brings a running thread's count up to date only when that of the whole process is read: that one first.
  process.cpuUsage();
  const began = process.threadCpuUsage();
  await ask(peer, row);
  process.cpuUsage();
  const took = process.threadCpuUsage(began);
  answers.push({ qid: row.qid, kind: row.query_class, total, bytes, files: fetched, ms: (took.user + took.system) / 1000 });
  await peer.destroy?.();
}
const all = readdirSync(options.out, { recursive: true }).map((name) => statSync(join(options.out, name))).filter((stat) => stat.isFile());
const bytes = all.reduce((sum, stat) => sum + stat.size, 0);
writeFileSync(options.json, JSON.stringify({ pagefind: '1.6.0', build: { seconds }, files: all.length, bytes, answers }));
