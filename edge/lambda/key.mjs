// Reads the key that signs query ids out of Secrets Manager, once for an instance and a version of the secret.
//
// Headers of the origin name the secret and the version, and whoever may read the distribution's configuration sees no more than
// that. Invariant: the key is in no log, and one that cannot be read is asked for again by the next request.

import { call } from './call.mjs';

/** The region of the stack `base`, where the secret is. */
const REGION = 'us-east-1';
/** Milliseconds that reading may take. */
const READ_MS = 3000;

/** The settings with the key that was read, and which it is. */
let held;

/** Settings with the key in them: as they are where they have one or name none, else with the one that they name. */
export async function withKey(settings, log) {
  const { SEOGA_KEY: given, SEOGA_KEY_SECRET: name, SEOGA_KEY_VERSION: version } = settings;
  if (given || !name) return settings;
  const which = `${name} ${version}`;
  if (held?.which !== which) {
    try {
      held = { which, key: await read(settings) };
    } catch (error) {
      log('error', `the signing key, secret ${name} in ${REGION}, version ${version}: ${error.message}`);
      return settings;
    }
  }
  return { ...settings, ...held.key };
}

async function read({ SEOGA_KEY_SECRET, SEOGA_KEY_VERSION, SEOGA_KEY_ENDPOINT }) {
  const { status, text } = await call({
    url: new URL(SEOGA_KEY_ENDPOINT || `https://secretsmanager.${REGION}.amazonaws.com`),
    service: 'secretsmanager', region: REGION, version: '1.1', operation: 'secretsmanager.GetSecretValue',
    asked: { SecretId: SEOGA_KEY_SECRET, VersionId: SEOGA_KEY_VERSION }, signal: AbortSignal.timeout(READ_MS),
  });
  if (status !== 200) throw new Error(`Secrets Manager answered ${status} ${/"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? ''}`);
  const members = secret(text);
  if (!members?.number || !members.secret) throw new Error('the secret is no JSON with number and secret');
  return { SEOGA_KEY: `${members.number}:${members.secret}`, ...(members.previous && { SEOGA_KEY_PREVIOUS: members.previous }) };
}

/** The members of a secret; nothing where it is no JSON. An error of the parser would quote it. */
function secret(text) {
  try {
    return JSON.parse(JSON.parse(text).SecretString);
  } catch {
    return undefined;
  }
}
