// A CloudFormation template as values: parameters, conditions and intrinsic functions worked out.
//
// A reference to a resource becomes `ref:Name` or `att:Name.Attribute`, which `distribution.mjs` follows. What CloudFormation
// knows and this does not is an error, never a guess.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const SHORT = ['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Not', 'Or', 'Select', 'Split', 'Sub'];

const tag = (name, key) => {
  const given = (value) => (key === 'Fn::GetAtt' && typeof value === 'string' ? value.split(/\.(.*)/s, 2) : value);
  return [
    { tag: `!${name}`, resolve: (text) => ({ [key]: given(text) }) },
    { tag: `!${name}`, collection: 'seq', resolve: (node) => ({ [key]: node }) },
    { tag: `!${name}`, collection: 'map', resolve: (node) => ({ [key]: node }) },
  ];
};
const customTags = [...tag('Ref', 'Ref'), ...tag('Condition', 'Condition'), ...SHORT.flatMap((name) => tag(name, `Fn::${name}`))];

/** What `{{resolve:…}}` becomes: a secret that is not here. */
export const UNRESOLVED = /\{\{resolve:[^}]*\}\}/;

/** Reads a template with these parameters; gives its resources, without those whose condition does not hold. */
export function load(file, parameters = {}) {
  // Tags of collections are worked out after parsing, on plain values.
  const template = plain(parse(readFileSync(file, 'utf8'), { customTags }));
  const values = new Map(Object.entries({
    'AWS::Region': 'us-east-1', 'AWS::AccountId': '123456789012', 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'local', 'AWS::StackId': 'local', 'AWS::NoValue': undefined,
  }));
  for (const [name, { Default }] of Object.entries(template.Parameters ?? {})) {
    const value = parameters[name] ?? Default;
    if (value === undefined) throw new Error(`${file}: the parameter ${name} has no default; give --parameter ${name}=VALUE`);
    values.set(name, String(value));
  }
  const unknown = Object.keys(parameters).find((name) => !template.Parameters?.[name]);
  if (unknown) throw new Error(`${file} has no parameter ${unknown}`);

  const holds = (name) => {
    if (!(name in (template.Conditions ?? {}))) throw new Error(`${file} has no condition ${name}`);
    return resolve(template.Conditions[name]);
  };
  const functions = {
    Ref: (name) => {
      if (values.has(name)) return values.get(name);
      if (template.Resources[name]) return `ref:${name}`;
      throw new Error(`${file}: nothing to refer to is called ${name}`);
    },
    Condition: holds,
    'Fn::GetAtt': ([name, attribute]) => `att:${name}.${attribute}`,
    'Fn::If': ([condition, yes, no]) => resolve(holds(condition) ? yes : no),
    'Fn::Equals': (two) => String(resolve(two[0])) === String(resolve(two[1])),
    'Fn::Not': ([one]) => !resolve(one),
    'Fn::And': (all) => all.every((one) => resolve(one)),
    'Fn::Or': (all) => all.some((one) => resolve(one)),
    'Fn::Join': ([between, parts]) => resolve(parts).join(between),
    'Fn::Select': ([at, list]) => resolve(list)[Number(resolve(at))],
    'Fn::Split': ([between, text]) => resolve(text).split(between),
    'Fn::FindInMap': (keys) => resolve(keys).reduce((map, key) => map[key], template.Mappings),
    'Fn::ImportValue': (name) => `import:${resolve(name)}`,
    'Fn::Sub': (given) => {
      const [text, own] = Array.isArray(given) ? given : [given, {}];
      return text.replace(/\$\{([^}]*)\}/g, (_, name) => {
        if (name.startsWith('!')) return `\${${name.slice(1)}}`;
        if (name in own) return resolve(own[name]);
        return name.includes('.') ? `att:${name}` : functions.Ref(name);
      });
    },
  };
  function resolve(value) {
    if (Array.isArray(value)) return value.map(resolve).filter((one) => one !== undefined);
    if (value === null || typeof value !== 'object') return value;
    const keys = Object.keys(value);
    if (keys.length === 1 && (keys[0] in functions)) return functions[keys[0]](value[keys[0]]);
    if (keys.length === 1 && keys[0].startsWith('Fn::')) throw new Error(`${file}: ${keys[0]} is not known here`);
    const resolved = keys.map((key) => [key, resolve(value[key])]).filter(([, one]) => one !== undefined);
    return Object.fromEntries(resolved);
  }
  const resources = Object.entries(template.Resources).filter(([, { Condition }]) => Condition === undefined || holds(Condition));
  return Object.fromEntries(resources.map(([name, { Type, Properties }]) => [name, { Type, Properties: resolve(Properties ?? {}) }]));
}

/** Nodes that a collection's tag left behind, as plain values. */
function plain(value) {
  if (value && typeof value.toJSON === 'function') return plain(value.toJSON());
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}
