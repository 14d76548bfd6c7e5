// CloudFront's origin-request event as a request of the core, and the core's answer as what CloudFront takes for one.
//
// Everything that CloudFront would refuse with 502 is refused here first, by name (`Refused`), so that the log says what
// it was. Nothing of the product is decided here.

import { STATUS_CODES } from 'node:http';
import { RESPONSE_BYTES, headerFault } from './limits.mjs';

/** An answer or an event that must not go on; the message says why. */
export class Refused extends Error {}

/** The parts of an event that the shell reads. */
export function read(event) {
  const cf = event?.Records?.[0]?.cf;
  if (cf?.config?.eventType !== 'origin-request' || !cf.request) throw new Refused('this is no origin-request event');
  const { request, config } = cf;
  const custom = request.origin?.s3?.customHeaders ?? request.origin?.custom?.customHeaders ?? {};
  const settings = {};
  for (const [name, values] of Object.entries(custom)) {
    // x-seoga-key-previous is SEOGA_KEY_PREVIOUS.
    if (name.startsWith('x-seoga-')) settings[name.slice(2).toUpperCase().replaceAll('-', '_')] = values[0]?.value ?? '';
  }
  // Without a domain the distribution's own name is the public one. The visitor's Host does not come this far.
  settings.SEOGA_BASE ||= `https://${config.distributionDomainName}`;
  return { request, settings, id: config.requestId ?? '', base: settings.SEOGA_BASE };
}

/** The core's request: what is told as JSON, and the body. */
export function toRequest({ request, id, base }, now, location) {
  const headers = Object.entries(request.headers).map(([name, values]) => [name.toLowerCase(), values.map(({ value }) => value).join(', ')]);
  const { body, cut } = bodyOf(request.body);
  return {
    told: { method: request.method, path: request.uri, query: request.querystring ?? '', headers, body_too_large: cut, now, base, instance: id, location },
    body,
  };
}

function bodyOf(body) {
  if (!body?.data) return { body: new Uint8Array(), cut: body?.inputTruncated === true };
  const bytes = Buffer.from(body.data, body.encoding === 'text' ? 'utf8' : 'base64');
  return { body: bytes, cut: body.inputTruncated === true };
}

// A mark of byte order stays: a table for spreadsheets begins with one.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What CloudFront takes for an answer. */
export function toResult(status, headers, bytes) {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Refused(`${status} is no status of an answer`);
  if (bytes.length && (status === 204 || status === 304)) throw new Refused(`${status} has a body`);
  const result = { status: String(status), statusDescription: STATUS_CODES[status] ?? '', headers: {} };
  let size = 0;
  for (const [name, value] of headers) {
    const fault = headerFault(name) ?? (/^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? undefined : 'has a value that no header can have');
    if (fault) throw new Refused(`the header ${name} ${fault}`);
    (result.headers[name] ??= []).push({ key: name, value });
    size += name.length + value.length;
  }
  if (bytes.length) {
    try {
      result.body = utf8.decode(bytes);
      result.bodyEncoding = 'text';
    } catch {
      result.body = Buffer.from(bytes).toString('base64');
      result.bodyEncoding = 'base64';
    }
    size += Buffer.byteLength(result.body);
  }
  if (size > RESPONSE_BYTES) throw new Refused(`the answer is ${size} bytes, over ${RESPONSE_BYTES}`);
  return result;
}
