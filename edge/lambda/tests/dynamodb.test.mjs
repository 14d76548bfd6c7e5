// Signatures by AWS's own examples, and what a choice's item is.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { count, item, putChoice, queryBook } from '../dynamodb.mjs';
import { sign } from '../sigv4.mjs';

const credentials = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const example = { method: 'GET', path: '/', query: '', headers: { host: 'example.amazonaws.com' }, body: '', region: 'us-east-1', service: 'service', now: new Date('2015-08-30T12:36:00Z') };
const form = { ...example.headers, 'content-type': 'application/x-www-form-urlencoded' };

// The suite that AWS publishes with the signing process, and the example of its IAM guide.
for (const [name, request, signature] of [
  ['get-vanilla', example, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', { ...example, method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ['post-x-www-form-urlencoded', { ...example, method: 'POST', headers: form, body: 'Param1=value1' }, 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a'],
  ['the guide', {
    ...example, service: 'iam', query: 'Action=ListUsers&Version=2010-05-08',
    headers: { host: 'iam.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  }, '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'],
]) {
  test(`AWS's example ${name} is signed as AWS signs it`, () => {
    assert.ok(sign(request, credentials).authorization.endsWith(`Signature=${signature}`));
  });
}

test('a token of the role is signed too', () => {
  const signed = sign(example, { ...credentials, token: 'session' });
  assert.equal(signed['x-amz-security-token'], 'session');
  assert.match(signed.authorization, /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
});

const record = { user_id: 'u', query_id: 'q', id: '9786970834180', isbn13: '9786970834180', rank: 3, chosen_at: '2026-11-21T00:00:00Z' };

test('an item holds the record, whole, and when it ends', () => {
  assert.deepEqual(item(record, 1_800_000_000), {
    user_id: { S: 'u' }, query_book: { S: 'q#9786970834180' }, query_id: { S: 'q' }, id: { S: '9786970834180' }, isbn13: { S: '9786970834180' },
    chosen_at: { S: '2026-11-21T00:00:00Z' }, rank: { N: '3' }, expires_at: { N: '1800000000' },
  });
  assert.equal('rank' in item({ ...record, rank: undefined }, 1), false);
  const { id, isbn13, rank, ...rest } = item(record, 1_800_000_000);
  assert.deepEqual(item({ ...record, id: 'xabcdefghijkl', isbn13: null }, 1_800_000_000), { ...rest, id: { S: 'xabcdefghijkl' }, rank, query_book: { S: 'q#xabcdefghijkl' } });
  assert.deepEqual(item({ ...record, id: null, isbn13: null, rank: undefined }, 1_800_000_000), { ...rest, query_book: { S: 'q#none' } });
});

test('a range key is never over 1,024 bytes, and another question has another', () => {
  assert.equal(queryBook('x'.repeat(1010), '9786970834180').length, 1024);
  const long = queryBook('x'.repeat(3072), '9786970834180');
  assert.match(long, /^~[A-Za-z0-9_-]{43}#9786970834180$/);
  assert.notEqual(long, queryBook('y'.repeat(3072), '9786970834180'));
});

const LIMIT = { uses: 60, seconds: 10 };

test('a count is of one visitor and one window of time, and ends a minute after it', () => {
  const at = (ms, user = 'u') => count('t', user, LIMIT, new Date(ms));
  const { Key, ExpressionAttributeValues } = at(1_800_000_009_999);
  assert.deepEqual(Key, { user_id: { S: 'u' }, query_book: { S: '~count#180000000' } });
  assert.deepEqual(ExpressionAttributeValues, { ':one': { N: '1' }, ':most': { N: '60' }, ':end': { N: '1800000070' } });
  assert.deepEqual(at(1_800_000_000_000).Key, Key);
  assert.notDeepEqual(at(1_800_000_010_000).Key, Key);
  assert.notDeepEqual(at(1_800_000_000_000, 'v').Key, Key);
});

/** What is said of a choice whose calls are answered so, in turn; and how the calls went. */
async function told(...answers) {
  const [calls, lines] = [[], []];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      calls.push(request.headers['x-amz-target'].split('.')[1]);
      const [status, body] = answers[Math.min(calls.length, answers.length) - 1];
      response.writeHead(status, { connection: 'close' }).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'local';
  const settings = { SEOGA_TABLE: 't', SEOGA_TABLE_REGION: 'r', SEOGA_TABLE_ENDPOINT: `http://127.0.0.1:${server.address().port}` };
  const outcome = await putChoice(settings, record, 60, LIMIT, (_, what) => lines.push(what));
  server.close();
  return { outcome, calls, lines };
}

const cancelled = (...codes) => [400, { __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException', CancellationReasons: codes.map((Code) => ({ Code })) }];
const refused = (type) => [400, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'm' }];
const FAILED = 'ConditionalCheckFailed';
const done = [200, {}];

test('why a transaction was cancelled decides what is said of the choice', async () => {
  const [transact, update] = ['TransactWriteItems', 'UpdateItem'];
  for (const [answers, outcome, calls] of [
    [[done], 'stored', [transact]],
    // There already: the transaction counted nothing, so it is counted by itself.
    [[cancelled(FAILED, 'None'), done], 'again', [transact, update]],
    [[cancelled(FAILED, 'None'), refused('ConditionalCheckFailedException')], 'throttled', [transact, update]],
    [[cancelled('None', FAILED)], 'throttled', [transact]],
    [[cancelled(FAILED, FAILED)], 'throttled', [transact]],
    [[cancelled('None', 'TransactionConflict'), done], 'stored', [transact, transact]],
    [[cancelled('TransactionConflict', 'TransactionConflict'), cancelled(FAILED, 'None'), done], 'again', [transact, transact, update]],
  ]) {
    assert.deepEqual(await told(...answers), { outcome, calls, lines: [] });
  }
});

test('what keeps a choice from its table is a failure, and the log says which', async () => {
  for (const [answers, said, calls] of [
    [[cancelled('None', 'TransactionConflict')], /TransactionCanceledException None TransactionConflict$/, 4],
    [[cancelled('None', 'ThrottlingError')], /TransactionCanceledException None ThrottlingError$/, 1],
    [[refused('AccessDeniedException')], /400 AccessDeniedException$/, 1],
    [[cancelled(FAILED, 'None'), refused('ProvisionedThroughputExceededException')], /ProvisionedThroughputExceededException$/, 2],
    [[[500, 'no JSON']], /^DynamoDB: /, 1],
  ]) {
    const { outcome, calls: made, lines } = await told(...answers);
    assert.deepEqual([outcome, made.length, lines.length], ['failed', calls, 1], lines.join('; '));
    assert.match(lines[0], said);
  }
});

test('a table that is not set or not there is a failure, and the log says so', async () => {
  const lines = [];
  const log = (_, what) => lines.push(what);
  assert.equal(await putChoice({}, record, 60, LIMIT, log), 'failed');
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'local';
  assert.equal(await putChoice({ SEOGA_TABLE: 't', SEOGA_TABLE_REGION: 'r', SEOGA_TABLE_ENDPOINT: 'http://127.0.0.1:1' }, record, 60, LIMIT, log), 'failed');
  assert.equal(lines.length, 2);
});
