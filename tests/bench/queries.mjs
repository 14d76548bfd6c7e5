// The queries that benches ask: a file with a header and the columns qid, query_class, query, libraries (names joined by
// `|`) and perhaps params (other parameters, `name=value` joined by `|`).

import { readFileSync } from 'node:fs';

/** The rows of a file. */
export function rows(file) {
  const [head, ...lines] = readFileSync(file, 'utf8').replace(/^\uFEFF/, '').split('\n').filter((line) => line.trim());
  const names = head.trim().split('\t');
  for (const name of ['qid', 'query_class', 'query', 'libraries']) {
    if (!names.includes(name)) {
      console.error(`${file}:1: no column ${name}; it has ${names.join(', ')}`);
      process.exit(1);
    }
  }
  return lines.map((line) => {
    const cells = line.replace(/\r$/, '').split('\t');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

/** The parameters of a search for a row. */
export function parameters(row) {
  const split = (text) => (text ?? '').split('|').filter(Boolean);
  const params = split(row.params).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return [['q', row.query], ...split(row.libraries).map((library) => ['library', library]), ...params];
}

/** The rows in an order that their ids fix and that has nothing to do with their kinds (FNV-1a of 32 bits, as in `tests/src/bench/ask.rs`). */
export function shuffled(rows) {
  const hash = (text) => Buffer.from(text).reduce((sum, byte) => Math.imul(sum ^ byte, 16777619) >>> 0, 2166136261);
  return rows.map((row) => ({ row, key: hash(row.qid) })).sort((a, b) => a.key - b.key).map(({ row }) => row);
}

/** A number below 1, the same row of them for the same seed (mulberry32). */
export function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The value below which a share of sorted numbers lies. */
export const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
