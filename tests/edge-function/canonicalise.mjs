// Paths with query strings on stdin, one JSON list of both a line; what the CloudFront Function makes of each on stdout, likewise.

import { readFileSync } from 'node:fs';
import { canonical, handler } from './load.mjs';

const run = handler();
const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
process.stdout.write(lines.map((line) => {
  const [path, raw] = JSON.parse(line);
  return JSON.stringify(canonical(run, raw, path));
}).join('\n') + '\n');
