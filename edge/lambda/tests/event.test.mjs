// What the shell makes of events and answers: every limit and header rule of Lambda@Edge, before CloudFront meets it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused, read, toRequest, toResult } from '../event.mjs';
import { RESPONSE_BYTES } from '../limits.mjs';

const event = (request, custom = {}) => ({
  Records: [{
    cf: {
      config: { eventType: 'origin-request', requestId: 'id-1', distributionDomainName: 'd1.cloudfront.net' },
      request: { method: 'GET', uri: '/api/search', querystring: 'q=a', headers: {}, origin: { s3: { customHeaders: custom } }, ...request },
    },
  }],
});
const header = (key, value) => ({ [key.toLowerCase()]: [{ key, value }] });

test('an event becomes a request, its settings and its base', () => {
  const asked = read(event({ headers: header('Accept-Language', 'en') }, { ...header('X-Seoga-Key-Previous', '1:secret'), ...header('x-other', 'no') }));
  assert.deepEqual(asked.settings, { SEOGA_BASE: 'https://d1.cloudfront.net', SEOGA_KEY_PREVIOUS: '1:secret' });
  assert.equal(asked.base, 'https://d1.cloudfront.net');
  const { told, body } = toRequest(asked, 1_790_000_000, 'ap-northeast-2');
  assert.deepEqual(told, {
    method: 'GET', path: '/api/search', query: 'q=a', headers: [['accept-language', 'en']], body_too_large: false,
    now: 1_790_000_000, base: 'https://d1.cloudfront.net', instance: 'id-1', location: 'ap-northeast-2',
  });
  assert.equal(body.length, 0);
});

test('a setting names the base where there is a domain', () => {
  const asked = read(event({}, header('x-seoga-base', 'https://books.example')));
  assert.equal(asked.base, 'https://books.example');
  assert.equal(asked.settings.SEOGA_BASE, 'https://books.example');
});

test('bodies come as base64, and what was cut is said', () => {
  const read_ = (body) => toRequest(read(event({ method: 'POST', body })), 0, '');
  const sent = read_({ data: Buffer.from('{"가":1}').toString('base64'), encoding: 'base64', inputTruncated: false });
  assert.equal(Buffer.from(sent.body).toString(), '{"가":1}');
  assert.equal(sent.told.body_too_large, false);
  assert.equal(read_({ data: '', encoding: 'base64', inputTruncated: true }).told.body_too_large, true);
  assert.equal(read_({ data: 'eA==', encoding: 'base64', inputTruncated: true }).told.body_too_large, true);
});

test('what is no origin-request is refused', () => {
  for (const wrong of [{}, { Records: [] }, { Records: [{ cf: { config: { eventType: 'viewer-request' }, request: {} } }] }]) {
    assert.throws(() => read(wrong), Refused);
  }
});

test('an answer is told as CloudFront takes it', () => {
  assert.deepEqual(toResult(200, [['content-type', 'text/html']], Buffer.from('책')), {
    status: '200', statusDescription: 'OK', headers: { 'content-type': [{ key: 'content-type', value: 'text/html' }] }, body: '책', bodyEncoding: 'text',
  });
  assert.equal(toResult(200, [], Buffer.from('\ufeffa')).body, '\ufeffa', 'a mark of byte order stays');
  assert.equal(toResult(304, [], new Uint8Array()).body, undefined);
  const binary = toResult(200, [], Uint8Array.of(0xff, 0xfe));
  assert.deepEqual([binary.body, binary.bodyEncoding], ['//4=', 'base64']);
});

test('an answer of exactly the limit passes, one byte more does not', () => {
  const headers = [['a', 'b']];
  assert.ok(toResult(200, headers, Buffer.alloc(RESPONSE_BYTES - 2, 'x')));
  assert.throws(() => toResult(200, headers, Buffer.alloc(RESPONSE_BYTES - 1, 'x')), /over/);
});

test('what is sent as base64 counts as base64', () => {
  assert.throws(() => toResult(200, [], Buffer.alloc(RESPONSE_BYTES - 1, 0xff)), /over/);
});

test('headers that CloudFront refuses are refused by name', () => {
  for (const name of ['connection', 'x-cache', 'x-edge-anything', 'x-amz-cf-id', 'x-accel-redirect', 'via', 'content-length', 'transfer-encoding', 'if-none-match', 'Etag', 'a b']) {
    assert.throws(() => toResult(200, [[name, 'x']], new Uint8Array()), Refused, name);
  }
  assert.throws(() => toResult(200, [['location', 'a\r\nb']], new Uint8Array()), /no header can have/);
});

test('statuses and bodies that do not fit are refused', () => {
  for (const status of [100, 199, 600, 200.5]) assert.throws(() => toResult(status, [], new Uint8Array()), Refused);
  for (const status of [204, 304]) assert.throws(() => toResult(status, [], Buffer.from('x')), Refused);
});
