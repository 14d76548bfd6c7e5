// What the CloudFront Function does, by example. That it never changes an answer, tests/tests/infra/canonical.rs shows.

import assert from 'node:assert/strict';
import test from 'node:test';
import vm from 'node:vm';
import { canonical, handler, source } from './load.mjs';
import { context } from './runtime.mjs';

const run = handler('https://front.example https://other.example:8443');
const of = (raw) => canonical(run, raw);
const request = (method, headers, querystring = {}) => ({ request: { method, uri: '/', querystring, headers } });

test('it fits the platform', () => {
  assert.ok(Buffer.byteLength(source('https://front.example')) <= 10_240);
  assert.doesNotMatch(source(), /\bnormalize\(|\beval\b|\bsetTimeout\b|\brequire\(|\bimport\b/);
});

test('it runs where nothing is but what the platform documents', () => {
  const there = (expression) => vm.runInContext(`typeof ${expression}`, context());
  assert.deepEqual(['[].map', '"".codePointAt', 'JSON.parse', 'encodeURIComponent'].map(there), Array(4).fill('function'));
  for (const expression of ['Array.from', '"".charCodeAt', '[].flat', '[][Symbol.iterator]', '"".normalize', '"".at', 'Object.fromEntries', 'Map', 'Intl', 'eval', 'setTimeout', 'require']) {
    assert.equal(there(expression), 'undefined', expression);
  }
});

test('a text of 200 characters is made tidy and a longer one stays, however many units a character has', () => {
  const many = encodeURIComponent('\u{1f600}'.repeat(200));
  assert.equal(of(`q=${many}+`), `q=${many}`);
  assert.equal(of(`q=${many}a+`), `q=${many}a%20`);
});

test('parameters are put in one order and unknown ones dropped', () => {
  assert.equal(of('utm_source=x&isbn=2&isbn=1&page=2&v=g1&q=a&hl=en&fbclid=1&lang=ko&limit=5&sort=year&publisher=p&year=2020&class=005&library=b'),
    'q=a&isbn=2&isbn=1&library=b&class=005&year=2020&publisher=p&lang=ko&sort=year&page=2&limit=5&v=g1&hl=en');
  assert.equal(of('constructor=1&__proto__=2&toString=3&q=a'), 'q=a');
});

test('libraries are sorted, each once', () => {
  assert.equal(of('library=%EB%82%98&library=%EA%B0%80&library=%EB%82%98&library='), 'library=%EA%B0%80&library=%EB%82%98');
  const many = Array(51).fill('library=b').join('&');
  assert.equal(of(many), many, 'more than 50 are refused, equal ones too');
  assert.equal(canonical(run, 'library=b&library=b', '/list'), 'library=b&library=b', 'a second one is refused there');
});

test('spaces and encodings of one text are one', () => {
  for (const raw of ['q=a+b', 'q=%20a%20%20b%20', 'q=a%09b', 'q=+a++b+', 'q=%61%20b', '%71=a+b', 'q=a%E3%80%80b', 'q=a%00b%0B']) {
    assert.equal(of(raw), 'q=a%20b', raw);
  }
  assert.equal(of('q=%EF%BB%BFa'), 'q=%EF%BB%BFa', 'U+FEFF is no white space');
});

test('Hangul that came apart is put together, unless there are capitals', () => {
  const apart = (text) => encodeURIComponent(text.normalize('NFD'));
  for (const text of ['파이썬 머신러닝', '값', '가각', '한글ㅎ']) {
    assert.equal(of(`q=${apart(text)}`), `q=${encodeURIComponent(text)}`, text);
  }
  assert.equal(of(`q=${apart('C언어')}`), `q=${apart('C언어')}`);
  assert.equal(of(`q=${encodeURIComponent('각\u11a8')}`), `q=${encodeURIComponent('각\u11a8')}`);
});

test('capitals stay, as they say which keyboard was meant', () => {
  assert.equal(of('q=vkdlTjs'), 'q=vkdlTjs');
});

test('classes and publishers have one order, each once, as libraries have', () => {
  for (const name of ['class', 'publisher', 'library']) {
    assert.equal(of(`${name}=b&q=x&${name}=&${name}=a&${name}=b`), `q=x&${name}=a&${name}=b`);
    const broken = `${name}=b&${name}=%FF&${name}=a`;
    assert.equal(of(broken), broken, 'the first that is wrong is named');
  }
  const many = Array.from({ length: 6 }, (_, at) => `class=${at}`).join('&');
  assert.equal(of(many), many, 'what is refused stays');
});

test('defaults and empty values go', () => {
  assert.equal(of('q=a&page=1&sort=relevance&class=&year='), 'q=a');
  assert.equal(of('q=a&limit=20'), 'q=a&limit=20', 'suggest has another default');
});

test('what is wrong stays as it came, so that the answer says so', () => {
  for (const raw of ['q=%', 'q=%GG', 'q=%FF', 'q=a&q=b', 'q=&q=a', 'sort=year&sort=year', 'q=%20', 'q=%00']) {
    assert.equal(of(raw), raw, raw);
  }
  const long = 'q=' + 'a'.repeat(100) + '%20%20' + 'b'.repeat(120);
  assert.equal(of(long), long);
});

test('what it made stays as it is', () => {
  for (const raw of ['q=a+b&x=1', 'library=b&library=a&q=%20x', 'q=%FF&hl=ko', 'q=(a)!*%27']) {
    assert.equal(of(of(raw)), of(raw), raw);
  }
});

test('languages become ko, en or nothing', () => {
  const language = (value) => run(request('GET', { 'accept-language': { value } })).headers['accept-language']?.value;
  for (const [header, expected] of [
    ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'], ['en-GB, ko;q=0.9', 'en'], ['fr, de;q=0.9, en;q=0.2', 'en'],
    ['en;q=0.5, ko;q=0.85', 'ko'], ['en;q=0, ko;q=0.001', 'ko'], ['KO', 'ko'], ['fr', 'en'], ['*', undefined],
    ['ja, zh-Hant;q=0.8', 'en'], ['ja, *;q=0.5, ko;q=0.1', 'ko'], ['fr;q=0', undefined],
    ['en;q=abc', undefined], ['', undefined], ['en;Q=0.1, ko', 'ko'], ['EN;Q=0.1, Ko;q=0.2', 'ko'],
  ]) assert.equal(language(header), expected, header);
});

test('origins that are not configured never reach a key', () => {
  const origin = (value) => run(request('GET', { origin: { value } })).headers.origin?.value;
  assert.equal(origin('https://front.example'), 'https://front.example');
  assert.equal(origin('https://other.example:8443'), 'https://other.example:8443');
  for (const stranger of ['https://evil.example', 'null', '', 'https://front.example https://other.example:8443']) {
    assert.equal(origin(stranger), undefined, stranger);
  }
  assert.equal(handler()(request('GET', { origin: { value: '' } })).headers.origin?.value, '', 'an empty one says nothing');
});

test('what is posted is left alone', () => {
  const posted = request('POST', { origin: { value: 'https://evil.example' } }, { x: { value: '1' } });
  assert.deepEqual(run(posted), posted.request);
});
