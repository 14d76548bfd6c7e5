// One edge location: a viewer's request through behaviours, viewer function, cache, edge function or bucket, and out again.
//
// No server here (`main.mjs` has one), so that tests and replays of thousands of requests need none. README.md says what is
// not modelled.

import { brotliCompressSync, gzipSync } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import { BODY_BYTES, URL_BYTES } from '../../edge/lambda/limits.mjs';
import { Cache, encodingOf, keyOf, named, secondsOf } from './cache.mjs';
import { EdgeError, EdgeFunction } from './functions.mjs';
import { viewerFunction } from './viewer.mjs';

/** What is compressed at the edge (docs: ServingCompressedFiles.html, 2026-11). */
const COMPRESSED = /^(?:text\/|image\/svg\+xml|application\/(?:json|javascript|xml|wasm|problem\+json|x-ndjson|manifest\+json|opensearchdescription\+xml))/;
const COMPRESSED_BYTES = [1000, 10_000_000];

export class Edge {
  #functions = new Map();
  #viewers = new Map();

  /** `folder`: where the functions' packages lie; `now()`: seconds since 1970. */
  constructor({ distribution, bucket, folder, base, instances, now = () => Date.now() / 1000, log = () => {} }) {
    Object.assign(this, { distribution, bucket, base, now, log, cache: new Cache() });
    for (const behaviour of distribution.behaviours) {
      const { edge, viewer } = behaviour;
      if (edge && !this.#functions.has(edge.name)) this.#functions.set(edge.name, new EdgeFunction(edge, { folder, instances, log }));
      if (viewer && !this.#viewers.has(viewer)) this.#viewers.set(viewer, viewerFunction(viewer));
    }
  }

  /** The functions by name, for who counts. */
  get functions() {
    return this.#functions;
  }

  async end() {
    await Promise.all([...this.#functions.values()].map((one) => one.end()));
  }

  /** Answers `{method, path, query, headers, body}`; header names are in lower case. */
  async handle(viewer) {
    const id = randomUUID();
    const answer = await this.#handle(viewer, id).catch((error) => {
      if (!(error instanceof EdgeError)) throw error;
      this.log(`${id} ${error.kind}: ${error.message}`);
      return own(error.status, `The request could not be satisfied.\n${error.kind}\n`, { 'x-cache': `${error.kind} from cloudfront`, 'x-amz-cf-id': id });
    });
    const page = this.distribution.errors.get(answer.status)?.page;
    if (!page) return answer;
    const shown = await this.#handle({ method: 'GET', path: page.path, query: '', headers: {}, body: Buffer.alloc(0) }, id);
    return shown.status === 200 ? { ...shown, status: Number(page.status), headers: { ...shown.headers, 'x-cache': answer.headers['x-cache'] } } : answer;
  }

  async #handle(viewer, id) {
    if (Buffer.byteLength(`${viewer.path}?${viewer.query}`) > URL_BYTES) return own(414, 'The URL is too long.\n');
    const path = viewer.path === '/' && this.distribution.root ? `/${this.distribution.root}` : viewer.path;
    const behaviour = this.distribution.behaviours.find(({ matches }) => matches(path));
    const { method } = viewer;
    const reads = method === 'GET' || method === 'HEAD';
    if (!behaviour.methods.includes(method) || (reads && viewer.body.length)) return own(403, 'This distribution does not take the request.\n');

    let request = { ...viewer, path };
    if (behaviour.viewer) {
      const came = this.#viewer(behaviour.viewer, request);
      if (came.answer) return { ...came.answer, headers: { ...came.answer.headers, 'x-cache': 'FunctionGeneratedResponse from cloudfront' } };
      request = { ...came.request, body: viewer.body };
    }
    const key = keyOf(behaviour, request);
    const now = this.now();
    const kept = reads ? this.cache.get(key, now) : undefined;
    if (kept) return this.#give(behaviour, request, kept.answer, { 'x-cache': 'Hit from cloudfront', age: String(Math.floor(now - kept.since)) });
    const answer = this.#compressed(behaviour, request, await this.#fetch(behaviour, request, id));
    const seconds = method === 'GET' ? secondsOf(behaviour, this.distribution.errors, answer) : 0;
    if (method === 'GET') this.cache.put(key, answer, now, seconds);
    return this.#give(behaviour, request, answer, { 'x-cache': answer.status >= 400 ? 'Error from cloudfront' : 'Miss from cloudfront', 'x-amz-cf-id': id });
  }

  #viewer(code, request) {
    try {
      return this.#viewers.get(code)(request);
    } catch (error) {
      throw new EdgeError(503, 'FunctionExecutionError', error.message);
    }
  }

  /** From the edge function, and where it lets the request through, from the bucket. */
  async #fetch(behaviour, request, id) {
    const { origin, edge } = behaviour;
    if (edge) {
      const answer = await this.#functions.get(edge.name).answer(this.#event(behaviour, request, id));
      if (answer) return answer;
    }
    return this.bucket.get(`${origin.path}${request.path}`, origin.isOpened && (request.method === 'GET' || request.method === 'HEAD'));
  }

  #event({ origin, edge, cache, forward }, { method, path, query, headers, body }, id) {
    const list = (name, value) => [{ key: name, value }];
    const domainName = 'bucket.s3.ap-northeast-2.amazonaws.com';
    const forwarded = [...new Set([...cache.headers, ...forward.headers])].filter((name) => headers[name] !== undefined);
    const given = {
      ...Object.fromEntries(forwarded.map((name) => [name, list(name, headers[name])])),
      'x-forwarded-for': list('X-Forwarded-For', '192.0.2.1'), 'user-agent': list('User-Agent', 'Amazon CloudFront'),
      via: list('Via', '2.0 local.cloudfront.net (CloudFront)'), host: list('Host', domainName),
    };
    const encoding = encodingOf(cache, headers);
    if (encoding) given['accept-encoding'] = list('Accept-Encoding', encoding);
    const queries = [cache.queries, forward.queries].includes('all') ? 'all' : [...cache.queries, ...forward.queries];
    const request = {
      clientIp: '192.0.2.1', headers: given, method, uri: path, querystring: named(query, queries),
      origin: {
        s3: {
          authMethod: 'none', customHeaders: Object.fromEntries(Object.entries(origin.headers).map(([name, value]) => [name, list(name, value)])),
          domainName, path: origin.path, region: 'ap-northeast-2', readTimeout: 30, responseCompletionTimeout: 0,
        },
      },
    };
    if (edge.body && method !== 'GET' && method !== 'HEAD') {
      request.body = {
        inputTruncated: body.length > BODY_BYTES, action: 'read-only', encoding: 'base64', data: body.subarray(0, BODY_BYTES).toString('base64'),
      };
    }
    const config = { distributionDomainName: 'local.cloudfront.net', distributionId: 'LOCAL', eventType: 'origin-request', requestId: id };
    return { Records: [{ cf: { config, request } }] };
  }

  #compressed({ compress, cache }, { headers }, answer) {
    const encoding = encodingOf(cache, headers);
    const [least, most] = COMPRESSED_BYTES;
    const fits = compress && encoding && answer.status === 200 && !answer.headers['content-encoding'] && COMPRESSED.test(answer.headers['content-type'] ?? '');
    if (!fits || answer.body.length < least || answer.body.length > most) return answer;
    const body = encoding === 'br' ? brotliCompressSync(answer.body) : gzipSync(answer.body);
    const etag = answer.headers.etag?.startsWith('"') ? { etag: `W/${answer.headers.etag}` } : {};
    const vary = [answer.headers.vary, 'Accept-Encoding'].filter(Boolean).join(', ');
    return { ...answer, body, headers: { ...answer.headers, ...etag, vary, 'content-encoding': encoding } };
  }

  /** To the viewer: the template's own headers, 304 for who has it, no body for HEAD. */
  #give({ headers: policy }, { method, headers }, answer, more) {
    const out = { ...answer.headers, ...more, via: '1.1 local.cloudfront.net (CloudFront)' };
    for (const name of policy?.remove ?? []) delete out[name];
    for (const { name, value, override } of policy?.set ?? []) if (override || out[name] === undefined) out[name] = value;
    if (policy?.cors && headers.origin) Object.assign(out, policy.cors);
    const tags = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    const same = tags?.some((tag) => tag === '*' || tag === answer.headers.etag?.replace(/^W\//, ''));
    if (same && answer.headers.etag && answer.status === 200 && (method === 'GET' || method === 'HEAD')) {
      delete out['content-encoding'];
      return { status: 304, headers: out, body: Buffer.alloc(0) };
    }
    return { status: answer.status, headers: out, body: method === 'HEAD' ? Buffer.alloc(0) : answer.body };
  }
}

/** An answer of CloudFront's own. */
function own(status, text, headers = {}) {
  return { status, headers: { server: 'CloudFront', 'content-type': 'text/plain; charset=utf-8', 'x-cache': 'Error from cloudfront', ...headers }, body: Buffer.from(text) };
}
