// The local edge as a server: CloudFront, Lambda@Edge, S3 and DynamoDB on one port of this machine.
//
//   node tests/edge-aws/main.mjs --template infra/aws/edge.yaml --tables infra/aws/data.yaml --bucket dist/assets
//       --functions build/lambda --port 8787 [--tables-port 4567] [--parameter NAME=VALUE]... [--setting SEOGA_NAME=VALUE]...
//
// A setting is an origin custom header that the template leaves to the deployment or must not have (x-seoga-mode). Prints the
// URL when it is ready, and ends on SIGTERM.

import http from 'node:http';
import { parseArgs } from 'node:util';
import { Bucket } from './bucket.mjs';
import { distribution } from './distribution.mjs';
import { Edge } from './edge.mjs';
import { startTables } from './tables.mjs';
import { load } from './template.mjs';

/** Bytes of a body that are read; a function sees 1 MB of them at most. */
const REQUEST_BYTES = 4 * 1024 * 1024;

/** Makes an edge out of a template, with tables of its own; `settings` by name, `SEOGA_MODE`. */
export async function open({ template, tables, bucket, functions, base, tablesPort, parameters = {}, settings = {}, ...more }) {
  const store = tables ? await startTables(load(tables), tablesPort) : undefined;
  // No secret is here: the key is told, or the development mode has its own.
  const given = { SEOGA_BASE: base, SEOGA_KEY_SECRET: '', ...(store && { SEOGA_TABLE: store.names[0], SEOGA_TABLE_REGION: 'ap-northeast-2', SEOGA_TABLE_ENDPOINT: store.url }), ...settings };
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [`x-${name.toLowerCase().replaceAll('_', '-')}`, value]));
  const resources = load(template, parameters);
  const edge = new Edge({ distribution: distribution(resources, headers), bucket: new Bucket(bucket), folder: functions, base, ...more });
  return { edge, store, end: () => Promise.all([edge.end(), store?.end()]) };
}

/** A server in front of an edge. */
export function serve(edge) {
  return http.createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => {
      if (size < REQUEST_BYTES) chunks.push(chunk);
      size += chunk.length;
    });
    request.on('end', async () => {
      const [path, query = ''] = request.url.split(/\?(.*)/s);
      try {
        const { status, headers, body } = await edge.handle({ method: request.method, path, query, headers: request.headers, body: Buffer.concat(chunks) });
        const length = request.method === 'HEAD' || status === 304 || status === 204 ? {} : { 'content-length': body.length };
        response.writeHead(status, { ...headers, ...length });
        response.end(body);
      } catch (error) {
        console.error(error);
        response.writeHead(500).end(`the local edge failed: ${error.message}\n`);
      }
    });
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      template: { type: 'string' }, tables: { type: 'string' }, bucket: { type: 'string' }, functions: { type: 'string' },
      port: { type: 'string', default: '8787' }, 'tables-port': { type: 'string', default: '0' }, parameter: { type: 'string', multiple: true, default: [] }, setting: { type: 'string', multiple: true, default: [] },
    },
  });
  const pairs = (list) => Object.fromEntries(list.map((pair) => pair.split(/=(.*)/s, 2)));
  const base = `http://localhost:${values.port}`;
  const { edge, store, end } = await open({
    ...values, base, tablesPort: Number(values['tables-port']), parameters: pairs(values.parameter), settings: pairs(values.setting), log: (line) => console.error(line),
  });
  if (store) console.error(`tables: ${store.names.join(' ')} at ${store.url}`);
  const server = serve(edge);
  server.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  server.listen(Number(values.port), 'localhost', () => console.log(base));
  process.on('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
    end().then(() => process.exit(0));
  });
}

if (process.argv[1] === import.meta.filename) await main();
