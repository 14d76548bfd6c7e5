// The worker that ships on a workerd of its own, for a client that another program starts, until it is ended. The number of workerd's
// process goes into a file.
//
//   node tests/bench/workerd.mjs --port N --pid FILE
//
// The environment says what is served, as for tests/workerd.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { start } from '../workerd/bare.mjs';

const { values: options } = parseArgs({ options: { port: { type: 'string' }, pid: { type: 'string' } } });
const settings = { SEOGA_MODE: 'development', SEOGA_RUN: process.env.SEOGA_RUN };
const worker = await start({ late: 0, settings, port: Number(options.port) });
writeFileSync(options.pid, String(worker.pid));
process.once('SIGTERM', async () => {
  await worker.end();
  process.exit(0);
});
