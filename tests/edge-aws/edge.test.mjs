// The local edge's own tests: that it refuses what CloudFront refuses, keeps what CloudFront keeps, and opens no bucket.

import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { putChoice } from '../../edge/lambda/dynamodb.mjs';
import { Bucket } from './bucket.mjs';
import { distribution } from './distribution.mjs';
import { Edge } from './edge.mjs';
import { startTables } from './tables.mjs';
import { load } from './template.mjs';
import { viewerFunction } from './viewer.mjs';

const HERE = import.meta.dirname;
const TEMPLATE = join(HERE, 'fixtures/edge.yaml');
const folder = mkdtempSync(join(tmpdir(), 'edge-aws-'));
mkdirSync(join(folder, 'files'));
writeFileSync(join(folder, 'files/a.json'), '{"a":1}');
writeFileSync(join(folder, 'files/sorry.html'), 'sorry');
writeFileSync(join(folder, 'secret'), 'not under a path that is served');
writeFileSync(join(folder, '_headers'), '/files/*\n  Cache-Control: public, max-age=100\n/files/a.json\n  ! Cache-Control\n  Cache-Control: max-age=5\n');
after(() => rmSync(folder, { recursive: true }));

let clock = 1000;
function open(changed = (resources) => resources, more = {}) {
  const resources = changed(load(TEMPLATE));
  const edge = new Edge({ distribution: distribution(resources, more.settings), bucket: new Bucket(folder), folder: join(HERE, 'fixtures/functions'), now: () => clock, ...more });
  after(() => edge.end());
  return edge;
}
const edge = open();
async function ask(target, { method = 'GET', headers = {}, body = '', on = edge } = {}) {
  const [path, query = ''] = target.split(/\?(.*)/s);
  const answer = await on.handle({ method, path, query, headers, body: Buffer.from(body) });
  return { ...answer, text: answer.body.toString() };
}
const json = async (...all) => JSON.parse((await ask(...all)).text);

test('what is not named in the key is neither in it nor at the function', async () => {
  const echo = await json('/echo?utm=1&q=a&library=b', { headers: { cookie: 'c=1', 'accept-language': 'en', 'x-mine': '1', origin: 'https://a.example' } });
  assert.equal(echo.query, 'q=a&library=b');
  assert.deepEqual(Object.keys(echo.headers).sort(), ['accept-language', 'host', 'origin', 'user-agent', 'via', 'x-forwarded-for']);
});

test('one canonical key for every order and noise, another for another question', async () => {
  const on = open();
  const first = await ask('/count?library=b&q=a', { on });
  for (const same of ['/count?q=a&library=b', '/count?utm=x&library=b&q=a&', '/count?q=a&library=b&fbclid=2']) {
    const again = await ask(same, { on });
    assert.deepEqual([again.text, again.headers['x-cache']], [first.text, 'Hit from cloudfront'], same);
  }
  for (const other of ['/count?q=b&library=b', '/count?q=a', '/count?q=a&library=b&library=c']) {
    assert.notEqual((await ask(other, { on })).text, first.text, other);
  }
  assert.notEqual((await ask('/count?q=a&library=b', { on, headers: { 'accept-language': 'en' } })).text, first.text);
});

test('answers are kept as long as they say, within the policy, and no-store not at all', async () => {
  const on = open();
  const at = async (seconds, target) => {
    clock = 1000 + seconds;
    return (await ask(target, { on })).text;
  };
  const first = await at(0, '/count');
  assert.equal(await at(29.9, '/count'), first);
  assert.notEqual(await at(30.1, '/count'), first);
  assert.notEqual(await at(31, '/uncached'), await at(31, '/uncached'));
  clock = 1000;
});

test('an error is kept for ten seconds, whatever it says', async () => {
  const on = open();
  const events = () => [...on.functions.values()][0].counts.events;
  await ask('/404', { on });
  await ask('/404', { on });
  assert.equal(events(), 1);
  clock += 10.1;
  await ask('/404', { on });
  assert.equal(events(), 2);
  clock = 1000;
});

test('a long answer is compressed as the viewer accepts it, apart in the cache', async () => {
  const on = open();
  const plain = await ask('/long', { on });
  const gzip = await ask('/long', { on, headers: { 'accept-encoding': 'gzip' } });
  const brotli = await ask('/long', { on, headers: { 'accept-encoding': 'gzip, deflate, br' } });
  assert.deepEqual([plain.headers['content-encoding'], gzip.headers['content-encoding'], brotli.headers['content-encoding']], [undefined, 'gzip', 'br']);
  assert.equal(gunzipSync(gzip.body).toString(), plain.text);
  assert.equal(brotliDecompressSync(brotli.body).toString(), plain.text);
  assert.equal((await ask('/long', { on, headers: { 'if-none-match': '"e"' } })).status, 304);
});

test('an answer of exactly 1 MB passes, one byte more is 502', async () => {
  assert.equal((await ask('/limit')).status, 200);
  const over = await ask('/over');
  assert.deepEqual([over.status, over.headers['x-cache']], [502, 'LambdaValidationError from cloudfront']);
});

test('an error has the page that the template gives it', async () => {
  const answer = await ask('/over');
  assert.deepEqual([answer.status, answer.text, answer.headers['content-type']], [502, 'sorry', 'text/html; charset=utf-8']);
});

for (const deed of ['disallowed', 'read-only', 'number', 'base64', 'origin', 'nothing']) {
  test(`a function's answer that is no valid one is 502: ${deed}`, async () => {
    const answer = await ask(`/${deed}`);
    assert.deepEqual([answer.status, answer.headers['x-cache']], [502, 'LambdaValidationError from cloudfront']);
  });
}

for (const deed of ['throw', 'hang', 'spin', 'memory', 'exit']) {
  test(`a function that fails is 503, and the next request is answered: ${deed}`, async () => {
    const on = open();
    const answer = await ask(`/${deed}`, { on });
    assert.deepEqual([answer.status, answer.headers['x-cache']], [503, 'LambdaExecutionError from cloudfront']);
    assert.equal((await ask('/well', { on })).text, '/well');
  });
}

test('beyond its instances a function is throttled: 503', async () => {
  const on = open(undefined, { instances: 1 });
  const [one, two] = await Promise.all([ask('/slow?q=1', { on }), ask('/slow?q=2', { on })]);
  assert.deepEqual([one.status, two.status, two.headers['x-cache']], [200, 503, 'LambdaLimitExceeded from cloudfront']);
});

test('a function sees the reserved environment and no other', async () => {
  process.env.SEOGA_MODE = 'development';
  assert.equal((await ask('/environment')).text.split(' ').every((name) => name.startsWith('AWS_')), true);
});

test('bodies come to who includes them, cut at 1 MB', async () => {
  const post = (body) => json('/post', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const sent = await post('{}');
  assert.deepEqual(sent.body, { inputTruncated: false, action: 'read-only', encoding: 'base64', data: 4 });
  assert.equal(sent.headers['content-type'][0].value, 'application/json');
  const limit = 1024 * 1024;
  assert.equal((await post('x'.repeat(limit))).body.inputTruncated, false);
  const cut = await post('x'.repeat(limit + 1));
  assert.deepEqual([cut.body.inputTruncated, cut.body.data], [true, Math.ceil(limit / 3) * 4]);
});

test('methods and bodies that a behaviour does not take are 403, a URL over its length 414', async () => {
  assert.equal((await ask('/echo', { method: 'POST' })).status, 403);
  assert.equal((await ask('/echo', { body: 'x' })).status, 403);
  assert.equal((await ask(`/echo?q=${'x'.repeat(8184)}`)).status, 200);
  assert.equal((await ask(`/echo?q=${'x'.repeat(8185)}`)).status, 414);
});

test('files have the headers of the template and the time of their path', async () => {
  const file = await ask('/files/a.json');
  assert.deepEqual([file.status, file.text, file.headers['content-type'], file.headers['cache-control']], [200, '{"a":1}', 'application/json', 'max-age=5']);
  assert.deepEqual([file.headers['x-content-type-options'], file.headers['strict-transport-security']], ['nosniff', 'max-age=31536000']);
  assert.equal((await ask('/files/a.json', { headers: { 'if-none-match': file.headers.etag } })).status, 304);
});

test('the bucket is private: what is not there is 403, and nothing lies beside it', async () => {
  for (const path of ['/files/none', '/files/', '/files/../secret', '/files/%2e%2e/secret', '/files/%ff']) assert.equal((await ask(path)).status, 403, path);
  assert.equal((await ask('/through')).status, 403);
});

const broken = {
  'no access control at the origin': (resources) => { delete resources.Distribution.Properties.DistributionConfig.Origins[0].OriginAccessControlId; },
  'access control that does not sign': (resources) => { resources.Access.Properties.OriginAccessControlConfig.SigningBehavior = 'never'; },
  'a bucket policy for any distribution': (resources) => { delete resources.SitePolicy.Properties.PolicyDocument.Statement[0].Condition; },
  'no bucket policy': (resources) => { delete resources.SitePolicy; },
};
for (const [what, change] of Object.entries(broken)) {
  test(`a bucket does not open with ${what}`, async () => {
    const on = open((resources) => (change(resources), resources));
    assert.equal((await ask('/files/a.json', { on })).status, 403);
  });
}

const queries = (resources) => resources.Answers.Properties.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig;

test('a policy may take the whole query string, as the viewer function left it', async () => {
  const whole = (resources) => {
    queries(resources).QueryStringBehavior = 'all';
    delete resources.Distribution.Properties.DistributionConfig.DefaultCacheBehavior.FunctionAssociations;
    return resources;
  };
  const on = open(whole);
  assert.equal((await json('/echo?b=1&q=a&c', { on })).query, 'b=1&q=a&c');
  assert.notEqual((await ask('/count?a=1&b=2', { on })).text, (await ask('/count?b=2&a=1', { on })).text);
});

const refused = {
  'an environment': (resources) => { resources.Function.Properties.Environment = { Variables: { A: 'b' } }; },
  'layers': (resources) => { resources.Function.Properties.Layers = ['a']; },
  'arm64': (resources) => { resources.Function.Properties.Architectures = ['arm64']; },
  'an unversioned function': (resources) => { resources.Distribution.Properties.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN = 'att:Function.Arn'; },
  'a minute of time': (resources) => { resources.Function.Properties.Timeout = 60; },
  'GET, HEAD and POST alone': (resources) => { resources.Distribution.Properties.DistributionConfig.DefaultCacheBehavior.AllowedMethods = ['GET', 'HEAD', 'POST']; },
  'eleven names in a cache key': (resources) => { queries(resources).QueryStrings = [...'abcdefghijk']; },
  'a header of CloudFront\'s': (resources) => { resources.Distribution.Properties.DistributionConfig.Origins[0].OriginCustomHeaders.push({ HeaderName: 'X-Amz-Mine', HeaderValue: 'a' }); },
};
for (const [what, change] of Object.entries(refused)) {
  test(`a template is refused with ${what}`, () => assert.throws(() => open((resources) => (change(resources), resources))));
}

test('secrets that are not here are left out, and a setting of this machine takes their place', async () => {
  assert.deepEqual((await json('/echo')).custom, {});
  const on = open(undefined, { settings: { 'x-seoga-key': '1:local' } });
  assert.deepEqual((await json('/echo', { on })).custom, { 'x-seoga-key': [{ key: 'x-seoga-key', value: '1:local' }] });
});

test('a parameter decides a condition', () => {
  const headers = (parameters) => load(TEMPLATE, parameters).Distribution.Properties.DistributionConfig.Origins[0].OriginCustomHeaders;
  assert.equal(headers({}).length, 1);
  assert.deepEqual(headers({ Domain: 'books.example' })[1], { HeaderName: 'x-seoga-base', HeaderValue: 'https://books.example' });
  assert.throws(() => load(TEMPLATE, { Nonsense: '1' }), /no parameter Nonsense/);
});

test('a viewer function has what cloudfront-js-2.0 has, and no more', async () => {
  for (const [asked, path] of [['normalize', 'undefined'], ['timer', 'undefined'], ['node', 'undefinedundefinedundefined'], ['eval', 'refused']]) {
    assert.equal((await ask(`/code/${asked}`)).text, `/code/${path}`);
  }
  const padding = 10 * 1024 - 'function handler(e){return e.request}/**/'.length;
  assert.ok(viewerFunction(`function handler(e){return e.request}/*${'x'.repeat(padding)}*/`));
  assert.throws(() => viewerFunction(`function handler(e){return e.request}/*${'x'.repeat(padding + 1)}*/`), /10240 bytes/);
});

test('a choice is stored once in a real store, however often it is sent', async () => {
  const store = await startTables(load(join(HERE, 'fixtures/data.yaml')));
  after(() => store.end());
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'local';
  const settings = { SEOGA_TABLE: 'choices', SEOGA_TABLE_REGION: 'ap-northeast-2', SEOGA_TABLE_ENDPOINT: store.url };
  const record = { user_id: 'u', query_id: 'q', id: '9786970834180', isbn13: '9786970834180', rank: 1, chosen_at: '2026-11-21T00:00:00Z' };
  const put = (one, where = settings) => putChoice(where, one, 60, { uses: 60, seconds: 3600 }, () => {});
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => put(record)));
  assert.deepEqual([outcomes.filter((one) => one === 'stored').length, outcomes.filter((one) => one === 'again').length], [1, 19]);
  assert.equal(await put({ ...record, user_id: 'v' }), 'stored');
  assert.equal(await put({ ...record, id: '9788966260997', isbn13: '9788966260997' }), 'stored');
  assert.equal(await put(record, { ...settings, SEOGA_TABLE: 'nowhere' }), 'failed');
  const { Items } = await store.call('Scan', { TableName: 'choices' });
  assert.ok(Items.every((item) => Number(item.expires_at.N) > Date.now() / 1000));
  assert.equal(Items.filter(({ query_id }) => query_id).length, 3);
  // Of each visitor, how often it was heard: what was there already counts too.
  const counts = Items.filter(({ uses }) => uses).map(({ user_id, uses }) => [user_id.S, Number(uses.N)]).sort();
  assert.deepEqual(counts, [['u', 21], ['v', 1]]);
});

test('sixty choices of a visitor pass in a window, all at once or not, and no more', async () => {
  const store = await startTables(load(join(HERE, 'fixtures/data.yaml')));
  after(() => store.end());
  const settings = { SEOGA_TABLE: 'choices', SEOGA_TABLE_REGION: 'ap-northeast-2', SEOGA_TABLE_ENDPOINT: store.url };
  const put = (user_id, n) => putChoice(settings, { user_id, query_id: `q${n}`, isbn13: null, chosen_at: '2026-11-21T00:00:00Z' }, 60, { uses: 60, seconds: 3600 }, () => {});
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => put('busy', n)));
  assert.deepEqual([outcomes.filter((one) => one === 'stored').length, outcomes.filter((one) => one === 'throttled').length], [60, 40]);
  assert.equal(await put('busy', outcomes.indexOf('stored')), 'throttled', 'one that is stored counts as well');
  assert.equal(await put('calm', 0), 'stored');
  const { Items } = await store.call('Scan', { TableName: 'choices' });
  assert.equal(Items.filter(({ query_id, user_id }) => query_id && user_id.S === 'busy').length, 60, 'nothing was stored beyond it');
});

test('a policy lets pages of every origin read, or is refused', async () => {
  const cors = (given) => (resources) => {
    const policy = Object.values(resources).find(({ Type }) => Type === 'AWS::CloudFront::ResponseHeadersPolicy');
    policy.Properties.ResponseHeadersPolicyConfig.CorsConfig = given;
    return resources;
  };
  const given = { AccessControlAllowCredentials: false, AccessControlAllowOrigins: { Items: ['*'] }, OriginOverride: true };
  const on = open(cors(given));
  const allowed = async (headers) => (await ask('/files/a.json', { on, headers })).headers['access-control-allow-origin'];
  assert.deepEqual([await allowed({ origin: 'https://a.example' }), await allowed({})], ['*', undefined]);
  for (const other of [{ AccessControlAllowCredentials: true }, { AccessControlAllowOrigins: { Items: ['https://a.example'] } }, { OriginOverride: false }]) {
    assert.throws(() => open(cors({ ...given, ...other })), /not modelled/);
  }
});

test('the fixtures\' template is one that CloudFormation reads', () => {
  assert.match(readFileSync(TEMPLATE, 'utf8'), /^AWSTemplateFormatVersion/m);
});
