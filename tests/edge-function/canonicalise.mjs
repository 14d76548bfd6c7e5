// Query strings on stdin, one JSON text a line; what the CloudFront Function makes of each on stdout, likewise.

import { readFileSync } from 'node:fs';
import { canonical, handler } from './load.mjs';

const run = handler();
const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
process.stdout.write(lines.map((line) => JSON.stringify(canonical(run, JSON.parse(line)))).join('\n') + '\n');
