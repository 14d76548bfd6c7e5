// The function that answers everything but choices. It has no right but to write its log, and no code that would use one.

import { handlerWith, log } from './edge.mjs';

async function refuse() {
  log('error', 'a choice reached the function for searches; the behaviour of /user-choice leads to the other one');
  return 'failed';
}

export const handler = handlerWith(() => refuse);
