// Lambda@Edge: instances of a function, each a thread of its own that answers one event at a time, and the checks that
// CloudFront makes of what they answer.
//
// Held: memory as a limit of the heap, the timeout, the reserved environment and no other, numbers of instances. Invariant: an
// instance that ran out of time or memory is gone, and the next event starts another.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { STATUS_CODES } from 'node:http';
import { RESPONSE_BYTES, headerFault } from '../../edge/lambda/limits.mjs';

/** Why CloudFront answers in a function's place; `kind` is what its header x-cache says. */
export class EdgeError extends Error {
  constructor(status, kind, what) {
    super(what);
    Object.assign(this, { status, kind });
  }
}
const invalid = (what) => { throw new EdgeError(502, 'LambdaValidationError', what); };
const broken = (what) => new EdgeError(503, 'LambdaExecutionError', what);

/** The runtime's side of a thread: loads the handler once, as the runtime does, and answers events. */
const RUNTIME = `
const { parentPort, workerData } = require('node:worker_threads');
const loaded = import(workerData.file).then((module) => module[workerData.name]);
parentPort.on('message', async (event) => {
  try {
    const handler = await loaded;
    if (typeof handler !== 'function') throw new Error('no function ' + workerData.name);
    if (handler.length > 2) throw new Error('a handler with a callback: Node 24 has none');
    parentPort.postMessage({ result: JSON.stringify(await handler(event, { awsRequestId: 'local' })) });
  } catch (error) {
    parentPort.postMessage({ error: String(error?.stack ?? error) });
  }
});
parentPort.postMessage('ready');
`;

/** One function with its instances. */
export class EdgeFunction {
  #idle = [];
  #busy = new Set();
  /** Events answered, and instances started. */
  counts = { events: 0, starts: 0 };

  constructor(given, { folder, instances = 4, log = () => {} }) {
    const [file, name] = given.handler.split('.');
    Object.assign(this, { given, instances, log, file: pathToFileURL(join(folder, file, `${file}.mjs`)).href, name });
  }

  /** What the function answers to an event, checked. */
  async answer(event) {
    this.counts.events += 1;
    const text = await this.#run(event);
    return check(text === undefined ? undefined : JSON.parse(text), event.Records[0].cf.request);
  }

  #start() {
    this.counts.starts += 1;
    const env = {
      AWS_REGION: 'ap-northeast-2', AWS_LAMBDA_FUNCTION_NAME: `us-east-1.${this.given.name}`, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(this.given.memory),
      AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_SESSION_TOKEN: 'local',
    };
    const worker = new Worker(RUNTIME, {
      eval: true, env, execArgv: [], argv: [], stdout: true, stderr: true, workerData: { file: this.file, name: this.name },
      resourceLimits: { maxOldGenerationSizeMb: this.given.memory, maxYoungGenerationSizeMb: Math.min(16, this.given.memory) },
    });
    for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (chunk) => this.log(`${this.given.name}: ${chunk.toString().trimEnd()}`));
    return worker;
  }

  #run(event) {
    if (!this.#idle.length && this.#busy.size >= this.instances) throw new EdgeError(503, 'LambdaLimitExceeded', 'every instance is busy');
    const worker = this.#idle.pop() ?? this.#start();
    this.#busy.add(worker);
    return new Promise((resolve, reject) => {
      const done = (keep, settle, value) => {
        clearTimeout(timer);
        worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
        this.#busy.delete(worker);
        if (keep) {
          worker.unref();
          this.#idle.push(worker);
        } else {
          worker.on('error', () => {});
          worker.terminate();
        }
        settle(value);
      };
      const timer = setTimeout(() => done(false, reject, broken(`${this.given.name} took over ${this.given.timeout} s`)), this.given.timeout * 1000);
      worker.ref();
      worker.on('message', (said) => {
        if (said === 'ready') return;
        if (said.error === undefined) done(true, resolve, said.result);
        else done(true, reject, broken(`${this.given.name} threw: ${said.error}`));
      });
      worker.on('error', (error) => done(false, reject, broken(`${this.given.name}: ${error.message}`)));
      worker.on('exit', (code) => done(false, reject, broken(`${this.given.name} ended with ${code}`)));
      worker.postMessage(event);
    });
  }

  /** Ends every instance. */
  async end() {
    await Promise.all([...this.#idle, ...this.#busy].map((worker) => worker.terminate()));
    this.#idle = [];
  }
}

/** Holds a result to what CloudFront takes at origin-request; gives an answer, or nothing when the request goes on as it was. */
export function check(result, request) {
  if (!result || typeof result !== 'object' || Array.isArray(result)) invalid('the result is no object');
  if (result.status === undefined) {
    if (JSON.stringify(result.origin) !== JSON.stringify(request.origin)) invalid('the origin was changed: access control would not hold');
    if (JSON.stringify(result) !== JSON.stringify(request)) invalid('a changed request: not modelled');
    return undefined;
  }
  const { status, headers = {}, body = '', bodyEncoding = 'text' } = result;
  if (typeof status !== 'string' || !/^[2-5]\d\d$/.test(status)) invalid(`the status ${JSON.stringify(status)} is no text of 200 to 599`);
  if (typeof body !== 'string') invalid('the body is no text');
  if (bodyEncoding !== 'text' && bodyEncoding !== 'base64') invalid(`the body's encoding ${bodyEncoding}`);
  if (bodyEncoding === 'base64' && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(body)) invalid('the body is no base64');
  if (body && (status === '204' || status === '304')) invalid(`${status} has a body`);
  const out = {};
  let size = Buffer.byteLength(body);
  for (const [name, list] of Object.entries(headers)) {
    if (name !== name.toLowerCase()) invalid(`the header ${name} is not in lower case`);
    const fault = headerFault(name);
    if (fault) invalid(`the header ${name} ${fault}`);
    if (!Array.isArray(list)) invalid(`the header ${name} is no list`);
    for (const { key = name, value } of list) {
      if (key.toLowerCase() !== name) invalid(`the header ${name} has the key ${key}`);
      if (typeof value !== 'string' || /[\r\n\0]/.test(value)) invalid(`the header ${name} has no fit value`);
      size += name.length + Buffer.byteLength(value);
    }
    out[name] = list.map(({ value }) => value).join(', ');
  }
  if (size > RESPONSE_BYTES) invalid(`the answer is ${size} bytes, over ${RESPONSE_BYTES}`);
  return { status: Number(status), reason: result.statusDescription ?? STATUS_CODES[status], headers: out, body: Buffer.from(body, bodyEncoding === 'base64' ? 'base64' : 'utf8') };
}
