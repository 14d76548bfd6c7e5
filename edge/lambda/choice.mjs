// The function that stores choices: the same, with the right to put and update items in one table.

import { putChoice } from './dynamodb.mjs';
import { handlerWith, log } from './edge.mjs';

export const handler = handlerWith((settings) => (record, keptSeconds, limit) => putChoice(settings, record, keptSeconds, limit, log));
