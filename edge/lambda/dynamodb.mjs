// Puts a choice record into its table, once, and counts it against its visitor's limit: one transaction, signed and sent by hand.
//
// Items: `user_id` (hash key), `query_book` (range key), query_id, id (none for none of these), isbn13 (where the book has one), rank, chosen_at, and `expires_at`, by which the
// table drops them. Beside them, under the same hash key, an item counts a window's choices: `uses`, `expires_at`, no query_id.
// Invariant: `stored` and `again` are said of an item that is in the table.

import { createHash } from 'node:crypto';
import { call as callService } from './call.mjs';

/** Milliseconds all calls for a choice may take together; across half the world one takes under a second. */
const PUT_MS = 3000;
/** How often a transaction is sent that others get in the way of: choices of one visitor meet at the item that counts them. */
const TRIES = 4;
/** Seconds for which the table keeps an item that counts, beyond its window. */
const COUNT_SECONDS = 60;
/** What begins its range key; no query id does. */
const COUNT = '~count#';
/** Bytes of a range key (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html). */
const RANGE_KEY_BYTES = 1024;

/** The range key: what was asked and what was picked, `none` for none of these. A question too long for one stands there as its hash. */
export function queryBook(queryId, id) {
  const book = id ?? 'none';
  const plain = `${queryId}#${book}`;
  if (Buffer.byteLength(plain) <= RANGE_KEY_BYTES) return plain;
  return `~${createHash('sha256').update(queryId).digest('base64url')}#${book}`;
}

/** The item of a record. */
export function item(record, expiresAt) {
  const text = (value) => ({ S: String(value) });
  const attributes = {
    user_id: text(record.user_id),
    query_book: text(queryBook(record.query_id, record.id)),
    query_id: text(record.query_id),
    chosen_at: text(record.chosen_at),
    expires_at: { N: String(expiresAt) },
  };
  for (const name of ['id', 'isbn13']) if (record[name] !== null) attributes[name] = text(record[name]);
  if (record.rank !== undefined) attributes.rank = { N: String(record.rank) };
  return attributes;
}

/** The update that counts a choice of a visitor in its window of time, and that fails when the window is full. */
export function count(table, userId, { uses, seconds }, now) {
  const window = Math.floor(now / 1000 / seconds);
  return {
    TableName: table,
    Key: { user_id: { S: userId }, query_book: { S: `${COUNT}${window}` } },
    UpdateExpression: 'SET expires_at = :end ADD uses :one',
    ConditionExpression: 'attribute_not_exists(uses) OR uses < :most',
    ExpressionAttributeValues: { ':one': { N: '1' }, ':most': { N: String(uses) }, ':end': { N: String((window + 1) * seconds + COUNT_SECONDS) } },
  };
}

/**
 * Stores a record: `stored`, `again` when it was there already, `throttled` when its visitor has sent as many as `limit` lets
 * pass, `failed` otherwise, and the log says why. What was there already is counted too.
 */
export async function putChoice(settings, record, keptSeconds, limit, log) {
  const { SEOGA_TABLE: table, SEOGA_TABLE_REGION: region } = settings;
  if (!table || !region) {
    log('error', 'set the origin custom headers x-seoga-table and x-seoga-table-region');
    return 'failed';
  }
  const now = new Date();
  const counted = count(table, record.user_id, limit, now);
  const put = { TableName: table, Item: item(record, Math.floor(now / 1000) + keptSeconds), ConditionExpression: 'attribute_not_exists(user_id)' };
  const call = caller(settings, region, log);
  for (let tried = 1; ; tried += 1) {
    const { status, type, reasons = [] } = await call('TransactWriteItems', { TransactItems: [{ Put: put }, { Update: counted }] });
    if (status === 200) return 'stored';
    const [ofPut, ofCount] = reasons;
    if (ofCount === 'ConditionalCheckFailed') return 'throttled';
    if (ofPut === 'ConditionalCheckFailed') {
      const again = await call('UpdateItem', counted);
      if (again.type === 'ConditionalCheckFailedException') return 'throttled';
      return again.status === 200 ? 'again' : failed(again, log);
    }
    if (!reasons.includes('TransactionConflict') || tried === TRIES) return failed({ status, type, reasons }, log);
    // Apart from the others, which try again too.
    await new Promise((resume) => { setTimeout(resume, Math.random() * 20 * 2 ** tried); });
  }
}

function failed({ status, type = '', reasons = [] }, log) {
  if (status) log('error', `DynamoDB answered ${[status, type, ...reasons].join(' ')}`);
  return 'failed';
}

/** What carries out operations, all within one limit of time: the status, and of a refusal its type and its reasons. */
function caller(settings, region, log) {
  const url = new URL(settings.SEOGA_TABLE_ENDPOINT || `https://dynamodb.${region}.amazonaws.com`);
  const signal = AbortSignal.timeout(PUT_MS);
  return async (operation, asked) => {
    try {
      const { status, text } = await callService({ url, service: 'dynamodb', region, version: '1.0', operation: `DynamoDB_20120810.${operation}`, asked, signal });
      if (status === 200) return { status };
      const { __type = '', CancellationReasons } = JSON.parse(text);
      return { status, type: __type.split('#').pop(), reasons: CancellationReasons?.map(({ Code }) => Code) };
    } catch (error) {
      log('error', `DynamoDB: ${error.message}`);
      return {};
    }
  };
}
