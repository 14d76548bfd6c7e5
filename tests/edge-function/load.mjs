// The CloudFront Function as infra/aws/edge.yaml has it, in a context that has what cloudfront-js-2.0 has and no more.

import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { context as runtime } from './runtime.mjs';

/** The text of the function, with the parameter CorsOrigins put in as CloudFormation does. */
export function source(corsOrigins = '') {
  const lines = readFileSync(new URL('../../infra/aws/edge.yaml', import.meta.url), 'utf8').split('\n');
  const first = lines.findIndex((line) => /^\s+FunctionCode: !Sub \|$/.test(line)) + 1;
  if (first === 0) throw new Error('infra/aws/edge.yaml has no FunctionCode');
  const indent = lines[first].match(/^ */)[0];
  const last = lines.findIndex((line, at) => at > first && line !== '' && !line.startsWith(indent));
  const text = lines.slice(first, last).map((line) => line.slice(indent.length)).join('\n').trimEnd() + '\n';
  return text.replace(/\$\{(\w+)\}/g, (_, name) => {
    if (name !== 'CorsOrigins') throw new Error(`the function's text has \${${name}}`);
    return corsOrigins;
  });
}

/** The function's handler. */
export function handler(corsOrigins = '') {
  const context = runtime();
  vm.runInContext(source(corsOrigins), context, { filename: 'canonical.js' });
  const run = vm.runInContext('(event) => JSON.stringify(handler(JSON.parse(event)))', context);
  return (event) => JSON.parse(run(JSON.stringify(event)));
}

/** A raw query string as CloudFront hands it over: nothing decoded, repeated names together. */
export function parsed(raw) {
  const out = {};
  for (const part of raw.split('&').filter(Boolean)) {
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    if (!Object.hasOwn(out, name)) out[name] = { value };
    else out[name].multiValue = [...(out[name].multiValue ?? [{ value: out[name].value }]), { value }];
  }
  return out;
}

/** What a GET's query string becomes. */
export function canonical(run, raw, uri = '/search') {
  return run({ request: { method: 'GET', uri, querystring: parsed(raw), headers: {} } }).querystring;
}
