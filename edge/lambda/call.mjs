// Calls a service of AWS: a POST of JSON, signed by the role's credentials.
//
// It tries nothing twice; whoever calls decides what an answer means. Invariant: an answer that does not come in time is an error.

import http from 'node:http';
import https from 'node:https';
import { sign } from './sigv4.mjs';

const agents = {
  'http:': [http, new http.Agent({ keepAlive: true })],
  'https:': [https, new https.Agent({ keepAlive: true })],
};

/** Asks for an operation such as `DynamoDB_20120810.PutItem`; gives the answer's status and text. */
export async function call({ url, service, region, version, operation, asked, signal }) {
  const body = JSON.stringify(asked);
  const headers = { host: url.host, 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': operation };
  const signed = sign({ method: 'POST', path: '/', query: '', headers, body, region, service, now: new Date() }, credentials());
  return post(url, signed, body, signal);
}

/** The role's, as the runtime hands them over. */
function credentials() {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = process.env;
  if (!id || !secret) throw new Error('the runtime has no credentials');
  return { id, secret, token };
}

function post(url, headers, body, signal) {
  return new Promise((resolve, reject) => {
    const [client, agent] = agents[url.protocol];
    const request = client.request(url, { method: 'POST', headers, agent, signal }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
