// The private bucket: files of a folder as S3 gives them to a distribution, and to nobody else.
//
// A key that is not there is 403, as it is for whoever may not list the bucket. An object's Cache-Control is what the upload
// gives it: the one that `site/_headers` names for its path.

import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8', '.html': 'text/html; charset=utf-8', '.ico': 'image/x-icon', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json',
  '.png': 'image/png', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json', '.woff2': 'font/woff2',
};
const refused = { status: 403, headers: { 'content-type': 'application/xml' }, body: Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>') };

/** The objects of a folder. */
export class Bucket {
  constructor(folder) {
    this.folder = folder;
    this.control = cacheControl(join(folder, '_headers'));
  }

  /** An object, for who signs (`isOpened`: the template's access control holds). */
  async get(path, isOpened) {
    const key = decode(path);
    if (!isOpened || key === undefined || key.split('/').some((part) => part === '..' || part === '.') || key === '/_headers' || key.endsWith('/')) return refused;
    const file = join(this.folder, key);
    const body = await stat(file).then((found) => (found.isFile() ? readFile(file) : undefined), () => undefined);
    if (!body) return refused;
    const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', etag: `"${createHash('md5').update(body).digest('hex')}"` };
    const control = this.control(key);
    if (control) headers['cache-control'] = control;
    return { status: 200, headers, body };
  }
}

function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Which Cache-Control a path gets: by the last rule of the file that names one for it. */
function cacheControl(file) {
  const rules = [];
  let lines = [];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    // A bucket without rules has objects without Cache-Control.
  }
  for (const line of lines) {
    const value = /^\s+Cache-Control:\s*(.*\S)/i.exec(line)?.[1];
    if (/^\//.test(line)) rules.push({ begins: line.trim().replace(/\*$/, ''), whole: !line.trim().endsWith('*') });
    else if (value) rules.at(-1).value = value;
  }
  return (key) => rules.filter(({ value, begins, whole }) => value && (whole ? key === begins : key.startsWith(begins))).at(-1)?.value;
}
