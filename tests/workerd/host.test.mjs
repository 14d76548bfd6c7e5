// The public name of a deployment, on the runtime that parses the visitor's request: whatever host a request names, and in
// whatever header, no answer that may be kept has it.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { start } from './bare.mjs';

const BASE = 'https://books.example';
const EVIL = 'evil.example';
const worker = await start({ late: 0, settings: { SEOGA_MODE: 'development', SEOGA_BASE: BASE } });
after(() => worker.end());

/** Asks with a Host of one's choice, which fetch does not let set; gives status, headers and body. */
function ask(path, headers, { method = 'GET', body } = {}) {
  return new Promise((done, failed) => {
    const request = http.request({ host: '127.0.0.1', port: worker.port, path, method, headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', failed);
    request.end(body);
  });
}

/** A book of the sample catalogue. */
const book = '9786970834180';
const KINDS = [
  '/', '/search?q=python', '/api/search?q=python', '/api/suggest?q=py', `/api/books/${book}`, `/books/${book}`, `/books/${book}.ris`, `/books/${book}.bib`,
  `/books/${book}.csl.json`, `/covers/${book}.svg`, '/libraries', '/api/libraries', '/api/status', `/list?isbn=${book}`, `/list.csv?isbn=${book}`, '/about',
  '/feeds/new.atom', '/opensearch.xml', '/opensearch/suggest?q=py', '/robots.txt', '/sitemap.xml', '/sitemaps/pages.xml', '/sitemaps/books-1.xml',
  '/nothing', '/api/nothing', '/search?q=', '/api/search', '//evil.test/x',
];
const NAMED = {
  forwarded: `for=1.1.1.1;host=${EVIL};proto=http`, 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'http', 'x-forwarded-port': '81', 'x-forwarded-server': EVIL,
  'x-original-host': EVIL, 'x-original-url': `http://${EVIL}/`, 'x-host': EVIL,
};
/** A header's lines but those that differ from one answer to the next. */
const headersOf = ({ headers }) => ({ ...headers, date: undefined });

test('headers that name a host change nothing of an answer', async () => {
  for (const path of KINDS) {
    const plain = await ask(path, { host: 'books.example' });
    const named = await ask(path, { host: 'books.example', ...NAMED });
    assert.equal(named.status, plain.status, path);
    if (plain.headers['cache-control'] !== 'no-store') {
      assert.deepEqual([named.body, headersOf(named)], [plain.body, headersOf(plain)], path);
    }
    assert.ok(!(named.body + JSON.stringify(named.headers)).includes(EVIL), path);
  }
});

test('another host gets nothing that may be kept, nothing with its name in it, and pages lead to the public one', async () => {
  let moved = 0;
  for (const host of [EVIL, `${EVIL}:81`, 'seoga.account.workers.dev', 'books.example.evil.example']) {
    for (const path of KINDS) {
      const answer = await ask(path, { host, ...NAMED });
      assert.equal(answer.headers['cache-control'], 'no-store', `${host} ${path}`);
      assert.ok(!(answer.body + JSON.stringify(answer.headers)).includes(host), `${host} ${path}`);
      if (answer.status === 308) {
        assert.equal(answer.headers.location, BASE + path, `${host} ${path}`);
        moved += 1;
      }
    }
  }
  assert.equal(moved, 4 * 7, 'home, two searches, book, libraries, list, about');
});

test('the earlier service\'s answers lead to covers of the public name', async () => {
  const body = JSON.stringify({ user_search: ['python'], selected_lib: [] });
  for (const host of ['books.example', EVIL]) {
    const answer = await ask('/predict', { host, 'content-type': 'application/json', ...NAMED }, { method: 'POST', body });
    assert.equal(answer.headers['cache-control'], 'no-store');
    const images = JSON.parse(answer.body).result.map(({ bookImageURL }) => bookImageURL);
    assert.ok(images.length && images.every((image) => image.startsWith(`${BASE}/covers/`)), host);
  }
});
