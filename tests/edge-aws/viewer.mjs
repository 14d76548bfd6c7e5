// CloudFront Functions at viewer-request: the template's very code, in a context that has what cloudfront-js-2.0 has.
//
// Held: 10 KB of code, the documented built-in objects and methods alone, a request in and a request or an answer out. Not held:
// the limit on compute (a second of this machine stands in for it), KeyValueStore, promises.

import vm from 'node:vm';
import { context as runtime } from '../edge-function/runtime.mjs';

const CODE_BYTES = 10 * 1024;
const RUN_MS = 1000;

/** The function that code defines: a viewer's request in, what came of it out. */
export function viewerFunction(code) {
  if (Buffer.byteLength(code) > CODE_BYTES) throw new Error(`a CloudFront Function is over ${CODE_BYTES} bytes`);
  const context = runtime();
  vm.runInContext(code, context, { timeout: RUN_MS });
  const run = new vm.Script('JSON.stringify(handler(JSON.parse(input)))');
  return ({ method, path, query, headers }) => {
    context.input = JSON.stringify({
      version: '1.0',
      context: { distributionDomainName: 'local.cloudfront.net', distributionId: 'LOCAL', eventType: 'viewer-request', requestId: 'local' },
      viewer: { ip: '192.0.2.1' },
      request: {
        method, uri: path, querystring: values(query.split('&').filter(Boolean).map((pair) => pair.split(/=(.*)/s))),
        headers: values(Object.entries(headers)), cookies: {},
      },
    });
    const out = JSON.parse(run.runInContext(context, { timeout: RUN_MS }) ?? 'null');
    if (out?.statusCode) return { answer: { status: out.statusCode, headers: flat(out.headers ?? {}), body: Buffer.from(out.body?.data ?? out.body ?? '') } };
    if (!out?.uri?.startsWith('/')) throw new Error('it gave neither a request nor an answer');
    return { request: { method, path: out.uri, query: queryString(out.querystring ?? {}), headers: flat(out.headers ?? {}) } };
  };
}

/** Pairs as the object of an event: the first value, and all of them where there are several. */
function values(pairs) {
  const object = {};
  for (const [name, value = ''] of pairs) {
    if (object[name]) (object[name].multiValue ??= [{ value: object[name].value }]).push({ value });
    else object[name] = { value };
  }
  return object;
}

const all = ({ value, multiValue }) => multiValue?.map((one) => one.value) ?? [value];
// AWS's own samples give the query string back as text.
const queryString = (given) => typeof given === 'string' ? given : Object.entries(given).flatMap(([name, one]) => all(one).map((value) => `${name}=${value}`)).join('&');
const flat = (object) => Object.fromEntries(Object.entries(object).map(([name, given]) => [name.toLowerCase(), all(given).join(', ')]));
