// How often CloudFront's cache answers: a replay of searches on the local edge, with and without the function that makes query
// strings canonical.
//
//   node tests/bench/replay.mjs --queries FILE.tsv [--searches 10000] [--bucket dist/assets] [--functions build/lambda]
//
// Visitors ask the queries of FILE by Zipf's law, as links and forms write them: parameters in any order, others' parameters
// among them, spaces before, behind and doubled, `+` or `%20`, capitals here and there. The noise is invented, its shares stand
// below; the same seed gives the same replay. The functions are the ones that ship. It measures, it does not judge.

import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { Bucket } from '../edge-aws/bucket.mjs';
import { distribution } from '../edge-aws/distribution.mjs';
import { Edge } from '../edge-aws/edge.mjs';
import { serve } from '../edge-aws/main.mjs';
import { load } from '../edge-aws/template.mjs';
import { chance, parameters, rows } from './queries.mjs';

const ROOT = join(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    queries: { type: 'string' },
    searches: { type: 'string', default: '10000' },
    hours: { type: 'string', default: '1' },
    bucket: { type: 'string', default: join(ROOT, 'dist/assets') },
    functions: { type: 'string', default: join(ROOT, 'build/lambda') },
  },
});
if (!options.queries) {
  console.error('--queries FILE.tsv is missing: columns qid, query_class, query, libraries');
  process.exit(2);
}

const searches = Number(options.searches);
const queries = rows(options.queries).map(parameters);
/** Shares of the searches that have a kind of noise. */
const NOISE = { order: 0.3, foreign: 0.2, spaces: 0.2, plus: 0.5, capitals: 0.15 };

/** What visitors ask, in their order: the same for every way of answering. */
function asked(noise) {
  const next = chance(20_261_121);
  const weights = queries.map((_, at) => 1 / (at + 1));
  const order = queries.map((_, at) => at);
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const pick = () => {
    let left = next() * whole;
    return order[weights.findIndex((weight) => (left -= weight) <= 0)] ?? order[0];
  };
  const kinds = new Set();
  const list = Array.from({ length: searches }, () => {
    const number = pick();
    kinds.add(number);
    let pairs = queries[number].map((pair) => [...pair]);
    const has = (kind) => next() < NOISE[kind] && noise;
    if (has('spaces')) pairs[0][1] = `${next() < 0.5 ? ' ' : ''}${pairs[0][1].replaceAll(' ', next() < 0.5 ? '  ' : ' ')} `;
    if (has('capitals')) pairs[0][1] = pairs[0][1].replace(/[a-z]+/g, (word) => (next() < 0.5 ? word.toUpperCase() : word[0].toUpperCase() + word.slice(1)));
    if (has('foreign')) pairs.push([next() < 0.5 ? 'utm_source' : 'fbclid', String(Math.floor(next() * 1e6))]);
    if (has('order')) pairs.sort(() => next() - 0.5);
    const plus = has('plus');
    return pairs.map(([name, value]) => `${name}=${plus ? encodeURIComponent(value).replaceAll('%20', '+') : encodeURIComponent(value)}`).join('&');
  });
  return { list, distinct: kinds.size };
}

/** The share of answers that the cache gave. */
async function replay(list, { canonical, lower, pinned }) {
  const resources = load(join(ROOT, 'infra/aws/edge.yaml'));
  const config = resources.Distribution.Properties.DistributionConfig;
  if (!canonical) for (const behaviour of [config.DefaultCacheBehavior, ...config.CacheBehaviors]) delete behaviour.FunctionAssociations;
  let clock = 1_790_000_000;
  const open = (base) => new Edge({
    distribution: distribution(resources, { 'x-seoga-mode': 'development', 'x-seoga-base': base }),
    bucket: new Bucket(options.bucket), folder: options.functions, now: () => clock,
  });
  // The functions read the index over HTTP, as they do from a distribution.
  const files = serve(open('http://localhost'));
  await new Promise((resolve) => files.listen(0, 'localhost', resolve));
  const edge = open(`http://localhost:${files.address().port}`);
  const ask = (path, query) => edge.handle({ method: 'GET', path, query, headers: {}, body: Buffer.alloc(0) });
  const { generation } = JSON.parse((await ask('/api/status', '')).body);
  let hits = 0;
  for (const [at, query] of list.entries()) {
    clock = 1_790_000_000 + (at * 3600 * Number(options.hours)) / list.length;
    const words = lower ? query.replace(/(^|&)q=([^&]*)/, (_, before, value) => `${before}q=${encodeURIComponent(decodeURIComponent(value.replaceAll('+', ' ')).toLowerCase())}`) : query;
    const answer = pinned ? await ask('/api/search', `${words}&v=${generation}`) : await ask('/search', words);
    if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${answer.body}`);
    hits += Number(answer.headers['x-cache'].startsWith('Hit'));
  }
  await edge.end();
  files.close();
  files.closeAllConnections();
  return hits / list.length;
}

const noisy = asked(true);
const clean = asked(false);
console.log(`${searches} searches in ${options.hours} h, ${noisy.distinct} different questions; ${(100 * (1 - noisy.distinct / searches)).toFixed(1)} % were asked before`);
console.log(`${'share answered by the cache'.padEnd(52)}${'API, v='.padStart(10)}${'pages'.padStart(10)}`);
for (const [name, list, way] of [
  ['as written, not made canonical', noisy.list, { canonical: false }],
  ['made canonical by the function (as deployed)', noisy.list, { canonical: true }],
  ['and with capitals lowered, which is not done', noisy.list, { canonical: true, lower: true }],
  ['without any noise', clean.list, { canonical: true }],
]) {
  const shares = [await replay(list, { ...way, pinned: true }), await replay(list, { ...way, pinned: false })];
  console.log(name.padEnd(52) + shares.map((share) => `${(100 * share).toFixed(1)} %`.padStart(10)).join(''));
}
process.exit(0);
