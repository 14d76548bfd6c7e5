// AWS Signature Version 4 for a request whose body is at hand. Not presigned URLs, not chunked bodies.
//
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html; the tests hold it to AWS's own examples.

import { createHash, createHmac } from 'node:crypto';

const hash = (data) => createHash('sha256').update(data).digest('hex');
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();

/** The request's headers with those that sign it. `path` is in its canonical form, `query` too. */
export function sign({ method, path, query, headers, body, region, service, now }, { id, secret, token }) {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const signed = { ...headers, 'x-amz-date': time };
  if (token) signed['x-amz-security-token'] = token;
  const names = Object.keys(signed).sort();
  const lines = names.map((name) => `${name}:${signed[name].trim().replace(/ +/g, ' ')}\n`);
  const canonical = [method, path, query, lines.join(''), names.join(';'), hash(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce((key, part) => hmac(key, part), `AWS4${secret}`);
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...signed, authorization };
}
