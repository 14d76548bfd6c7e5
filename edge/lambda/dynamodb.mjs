// Puts a choice record into its table, once: a conditional PutItem, signed and sent by hand.
//
// Items: `user_id` (hash key), `query_book` (range key), query_id, isbn13 (none for none of these), rank, chosen_at, and `expires_at`, by which the
// table drops them. Invariant: `stored` and `again` are said of an item that is in the table.

import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { sign } from './sigv4.mjs';

/** Milliseconds a put may take; across half the world it takes under a second. */
const PUT_MS = 3000;
/** Bytes of a range key (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html). */
const RANGE_KEY_BYTES = 1024;

const agents = {
  'http:': [http, new http.Agent({ keepAlive: true })],
  'https:': [https, new https.Agent({ keepAlive: true })],
};

/** The range key: what was asked and what was picked, `none` for none of these. A question too long for one stands there as its hash. */
export function queryBook(queryId, isbn13) {
  const book = isbn13 ?? 'none';
  const plain = `${queryId}#${book}`;
  if (Buffer.byteLength(plain) <= RANGE_KEY_BYTES) return plain;
  return `~${createHash('sha256').update(queryId).digest('base64url')}#${book}`;
}

/** The item of a record. */
export function item(record, expiresAt) {
  const text = (value) => ({ S: String(value) });
  const attributes = {
    user_id: text(record.user_id),
    query_book: text(queryBook(record.query_id, record.isbn13)),
    query_id: text(record.query_id),
    chosen_at: text(record.chosen_at),
    expires_at: { N: String(expiresAt) },
  };
  if (record.isbn13 !== null) attributes.isbn13 = text(record.isbn13);
  if (record.rank !== undefined) attributes.rank = { N: String(record.rank) };
  return attributes;
}

/** Stores a record: `stored`, `again` when it was there already, `failed` otherwise, and the log says why. */
export async function putChoice(settings, record, keptSeconds, log) {
  const { SEOGA_TABLE: table, SEOGA_TABLE_REGION: region } = settings;
  if (!table || !region) {
    log('error', 'set the origin custom headers x-seoga-table and x-seoga-table-region');
    return 'failed';
  }
  const now = new Date();
  const body = JSON.stringify({
    TableName: table,
    Item: item(record, Math.floor(now / 1000) + keptSeconds),
    ConditionExpression: 'attribute_not_exists(user_id)',
  });
  const url = new URL(settings.SEOGA_TABLE_ENDPOINT || `https://dynamodb.${region}.amazonaws.com`);
  const headers = { host: url.host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.PutItem' };
  try {
    const answer = await post(url, sign({ method: 'POST', path: '/', query: '', headers, body, region, service: 'dynamodb', now }, credentials()), body);
    if (answer.status === 200) return 'stored';
    const type = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(answer.text)?.[1];
    if (type === 'ConditionalCheckFailedException') return 'again';
    log('error', `DynamoDB answered ${answer.status} ${type ?? ''}`);
  } catch (error) {
    log('error', `DynamoDB: ${error.message}`);
  }
  return 'failed';
}

/** The role's, as the runtime hands them over. */
function credentials() {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = process.env;
  if (!id || !secret) throw new Error('the runtime has no credentials');
  return { id, secret, token };
}

function post(url, headers, body) {
  return new Promise((resolve, reject) => {
    const [client, agent] = agents[url.protocol];
    const request = client.request(url, { method: 'POST', headers, agent, signal: AbortSignal.timeout(PUT_MS) }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
