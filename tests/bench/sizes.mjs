// The bytes of an index by kind of file: as stored, and compressed as a server would send each file.
//
//   node tests/bench/sizes.mjs --index DIR --json FILE [--quality N]
//
// A kind is the first letter of a file's name below its generation (docs/INDEX_FORMAT.md). A file that brotli makes no smaller counts as stored.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';

const { values: options } = parseArgs({
  options: { index: { type: 'string' }, json: { type: 'string' }, quality: { type: 'string', default: '9' } },
});
if (!options.index || !options.json) {
  console.error('--index DIR and --json FILE are wanted');
  process.exit(2);
}
const kinds = {};
const isFile = (entry) => entry.isFile();
const path = (entry) => relative(options.index, join(entry.parentPath, entry.name));
for (const name of readdirSync(options.index, { recursive: true, withFileTypes: true }).filter(isFile).map(path).sort()) {
  const bytes = readFileSync(join(options.index, name));
  const params = { [constants.BROTLI_PARAM_QUALITY]: Number(options.quality), [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const kind = (kinds[/\/([a-z])\d*\.bin$/.exec(name)?.[1] ?? name] ??= { files: 0, bytes: 0, brotli: 0 });
  kind.files += 1;
  kind.bytes += bytes.length;
  kind.brotli += Math.min(bytes.length, brotliCompressSync(bytes, { params }).length);
}
writeFileSync(options.json, JSON.stringify({ quality: Number(options.quality), kinds }));
