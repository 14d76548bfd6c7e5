// The signing key, read from a server that stands in for Secrets Manager.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, beforeEach, test } from 'node:test';
import { withKey } from '../key.mjs';

process.env.AWS_ACCESS_KEY_ID = 'id';
process.env.AWS_SECRET_ACCESS_KEY = 'secret';

let asked = [];
let answer;
const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    asked.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks)) });
    const [status, body] = answer;
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());

let logged = [];
const log = (level, what) => logged.push(`${level} ${what}`);
const settings = (version) => ({
  SEOGA_KEY_SECRET: 'seoga-signing-key', SEOGA_KEY_VERSION: version, SEOGA_KEY_ENDPOINT: `http://127.0.0.1:${server.address().port}`, SEOGA_TABLE: 't',
});
const secret = (members) => [200, { SecretString: JSON.stringify(members) }];

beforeEach(() => {
  asked = [];
  logged = [];
  answer = secret({ number: '3', secret: 'x'.repeat(64) });
});

test('it is read once for a version, and again for another', async () => {
  for (let times = 0; times < 3; times += 1) {
    const { SEOGA_KEY, SEOGA_KEY_PREVIOUS, SEOGA_TABLE } = await withKey(settings('one'), log);
    assert.deepEqual([SEOGA_KEY, SEOGA_KEY_PREVIOUS, SEOGA_TABLE], [`3:${'x'.repeat(64)}`, undefined, 't']);
  }
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0].body, { SecretId: 'seoga-signing-key', VersionId: 'one' });
  assert.equal(asked[0].headers['x-amz-target'], 'secretsmanager.GetSecretValue');
  assert.match(asked[0].headers.authorization, /us-east-1\/secretsmanager\/aws4_request/);
  answer = secret({ number: '4', secret: 'y'.repeat(64), previous: `3:${'x'.repeat(64)}` });
  const { SEOGA_KEY, SEOGA_KEY_PREVIOUS } = await withKey(settings('two'), log);
  assert.deepEqual([SEOGA_KEY, SEOGA_KEY_PREVIOUS], [`4:${'y'.repeat(64)}`, `3:${'x'.repeat(64)}`]);
});

test('one that cannot be read is said to be, without it, and asked for again by the next request', async () => {
  for (const refused of [
    [400, { __type: 'com.amazonaws.secretsmanager#ResourceNotFoundException', Message: 'hidden' }], [500, 'hidden'],
    secret({ number: '1' }), [200, { SecretString: 'hidden, no JSON' }], [200, 'hidden'],
  ]) {
    answer = refused;
    assert.equal((await withKey(settings('broken'), log)).SEOGA_KEY, undefined);
  }
  assert.equal(logged.length, 5);
  assert.match(logged[0], /^error the signing key, secret seoga-signing-key in us-east-1, version broken: Secrets Manager answered 400 ResourceNotFoundException$/);
  assert.ok(!logged.some((line) => line.includes('hidden')), logged.join('\n'));
  answer = secret({ number: '5', secret: 'z'.repeat(64) });
  assert.equal((await withKey(settings('broken'), log)).SEOGA_KEY, `5:${'z'.repeat(64)}`);
});

test('a key that is told is taken, and where none is named nothing is asked', async () => {
  assert.equal((await withKey({ ...settings('told'), SEOGA_KEY: '1:told' }, log)).SEOGA_KEY, '1:told');
  assert.deepEqual(await withKey({ SEOGA_MODE: 'development', SEOGA_KEY_SECRET: '' }, log), { SEOGA_MODE: 'development', SEOGA_KEY_SECRET: '' });
  assert.equal(asked.length, 0);
});
