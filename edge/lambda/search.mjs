// The function that answers everything but choices. It may read the signing key and write its log, and has no code that would write elsewhere.

import { handlerWith, log } from './edge.mjs';

async function refuse() {
  log('error', 'a choice reached the function for searches; the behaviour of /user-choice leads to the other one');
  return 'failed';
}

export const handler = handlerWith(() => refuse);
