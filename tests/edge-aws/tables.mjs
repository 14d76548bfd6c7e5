// The tables of a template in a DynamoDB-compatible store (dynoxide, in memory, a program of its own).
//
// Of a table, its keys are taken over. Not held: time to live (the store drops nothing; the item's `expires_at` is there to be
// read), throughput, recovery, deletion protection; those are the template's gates (infra/aws).

import { spawn } from 'node:child_process';
import { sign } from '../../edge/lambda/sigv4.mjs';
import { freePort } from '../ports.mjs';

/** Milliseconds in which the store has to answer for the first time, and between two looks. */
const START_MS = 20_000;
const LOOK_MS = 20;

/** Starts the store with the tables in it, on a port of one's own or on any that is free. */
export async function startTables(resources, port = 0) {
  const program = process.env.SEOGA_TABLES;
  if (!program) throw new Error('SEOGA_TABLES names no store; cargo xtask dev-aws and cargo xtask test --only aws set it');
  const url = `http://127.0.0.1:${port || (await freePort())}`;
  const store = spawn(program, ['--host', '127.0.0.1', '--port', new URL(url).port, '--log', 'quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = () => store.kill('SIGKILL');
  process.on('exit', kill);
  const ended = new Promise((resolve) => { store.on('error', resolve).on('exit', resolve); });
  const end = () => { kill(); process.off('exit', kill); return ended; };
  try {
    await answers(url, ended);
    const names = [];
    for (const [logical, { Type, Properties }] of Object.entries(resources)) {
      if (Type !== 'AWS::DynamoDB::Table') continue;
      const { TableName = logical, KeySchema, AttributeDefinitions } = Properties;
      await call(url, 'CreateTable', { TableName, KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' });
      names.push(TableName);
    }
    if (!names.length) throw new Error('the template of the tables has none');
    return { url, names, call: (operation, body) => call(url, operation, body), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Waits until the store answers. */
async function answers(url, ended) {
  let gone = false;
  ended.then(() => { gone = true; });
  for (const began = Date.now(); Date.now() - began < START_MS && !gone; ) {
    try {
      return await call(url, 'ListTables', {});
    } catch {
      await new Promise((resume) => { setTimeout(resume, LOOK_MS); });
    }
  }
  throw new Error(`the store of the tables does not answer at ${url}${gone ? ': it has ended' : ''}`);
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
