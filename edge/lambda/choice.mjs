// The function that stores choices: the same, with the one right to put an item into one table.

import { putChoice } from './dynamodb.mjs';
import { handlerWith, log } from './edge.mjs';

export const handler = handlerWith((settings) => (record, keptSeconds) => putChoice(settings, record, keptSeconds, log));
