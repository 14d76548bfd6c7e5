// What CloudFront keeps, under which key and for how long. No waiting and no network; the clock comes from outside.

/** Statuses that are kept although they are errors (docs: HTTPStatusCodes.html, 2026-11). */
const CACHED_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
/** Seconds an error is kept unless the template says otherwise. */
export const ERROR_SECONDS = 10;

/** The query string as far as a policy names it, in the order in which it came. */
export function named(query, names) {
  if (names === 'all') return query;
  return query.split('&').filter((pair) => names.includes(pair.split('=', 1)[0])).join('&');
}

/** The key of an answer: behaviour, path, the named parameters in their order, the named headers, the encoding. */
export function keyOf({ pattern, cache }, { path, query, headers }) {
  return JSON.stringify([pattern, path, named(query, cache.queries), cache.headers.map((name) => headers[name] ?? ''), encodingOf(cache, headers)]);
}

/** The encoding that CloudFront takes of those a viewer accepts, as far as the policy goes. */
export function encodingOf({ encodings }, headers) {
  const accepted = (headers['accept-encoding'] ?? '').split(',').map((part) => part.trim().split(/\s*;\s*/)).filter(([, weight]) => weight !== 'q=0');
  return encodings.find((encoding) => accepted.some(([name]) => name === encoding)) ?? '';
}

/** For how many seconds an answer is kept; 0 for one that is not. */
export function secondsOf({ cache }, errors, { status, headers }) {
  const directives = new Map((headers['cache-control'] ?? '').toLowerCase().split(',').map((part) => part.trim().split('=', 2)));
  const error = status >= 400 ? (CACHED_ERRORS.includes(status) ? errors.get(status)?.seconds ?? ERROR_SECONDS : 0) : cache.min;
  if (status >= 400 && !CACHED_ERRORS.includes(status)) return 0;
  if (['no-store', 'no-cache', 'private'].some((name) => directives.has(name))) return error;
  const said = Number(directives.get('s-maxage') ?? directives.get('max-age') ?? NaN);
  if (status >= 400) return Math.max(error, Number.isNaN(said) ? 0 : said);
  return Math.min(Math.max(Number.isNaN(said) ? cache.standard : said, cache.min), cache.max);
}

/** Answers by key, the least recently used of them dropped beyond so many bytes. */
export class Cache {
  #kept = new Map();
  #bytes = 0;
  counts = { hits: 0, misses: 0 };

  constructor(limitBytes = 256 * 1024 * 1024) {
    this.limitBytes = limitBytes;
  }

  get(key, now) {
    const kept = this.#kept.get(key);
    if (!kept || now >= kept.until) {
      this.counts.misses += 1;
      return undefined;
    }
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    this.counts.hits += 1;
    return kept;
  }

  put(key, answer, now, seconds) {
    this.#drop(key);
    if (seconds <= 0) return;
    this.#kept.set(key, { answer, since: now, until: now + seconds });
    this.#bytes += answer.body.length;
    while (this.#bytes > this.limitBytes) this.#drop(this.#kept.keys().next().value);
  }

  #drop(key) {
    this.#bytes -= this.#kept.get(key)?.answer.body.length ?? 0;
    this.#kept.delete(key);
  }
}
