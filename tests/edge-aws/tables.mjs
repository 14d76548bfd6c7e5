// The tables of a template in a DynamoDB-compatible store (dynalite, in memory).
//
// Of a table, its keys are taken over. Not held: time to live (the store drops nothing; the item's `expires_at` is there to be
// read), throughput, recovery, deletion protection; those are the template's gates (infra/aws).

import dynalite from 'dynalite';
import { sign } from '../../edge/lambda/sigv4.mjs';

/** Starts the store with the tables in it, on a port of one's own or on any that is free. */
export async function startTables(resources, port = 0) {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise((resolve, reject) => server.listen(port, '127.0.0.1', resolve).on('error', reject));
  const url = `http://127.0.0.1:${server.address().port}`;
  const names = [];
  for (const [logical, { Type, Properties }] of Object.entries(resources)) {
    if (Type !== 'AWS::DynamoDB::Table') continue;
    const { TableName = logical, KeySchema, AttributeDefinitions } = Properties;
    await call(url, 'CreateTable', { TableName, KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' });
    names.push(TableName);
  }
  if (!names.length) throw new Error('the template of the tables has none');
  return { url, names, call: (operation, body) => call(url, operation, body), end: () => new Promise((resolve) => server.close(resolve)) };
}

/** One signed call; gives the answer's JSON. */
export async function call(url, operation, body) {
  const text = JSON.stringify(body);
  const headers = { host: new URL(url).host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const request = { method: 'POST', path: '/', query: '', headers, body: text, region: 'ap-northeast-2', service: 'dynamodb', now: new Date() };
  const { host, ...signed } = sign(request, { id: 'local', secret: 'local' });
  const answer = await fetch(url, { method: 'POST', headers: signed, body: text });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}
