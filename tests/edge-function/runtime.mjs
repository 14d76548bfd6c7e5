// A context that has what CloudFront's JavaScript runtime 2.0 is documented to have, and no more:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
//
// Built-in objects, their methods and globals by that page's lists; no Node, no timers, no making of code from text. Its syntax
// is this engine's: what the older engine cannot parse is not found here. Iteration by Symbol.iterator (for-of, spread,
// destructuring of lists) is on no list and therefore gone.

import vm from 'node:vm';

const words = (text) => text.split(' ');
const ERRORS = words('Error EvalError RangeError ReferenceError SyntaxError TypeError URIError');
const TYPED = words('Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array');

/** Methods and properties of each built-in object, of itself and of its prototype: the page's, with the conversions that ES 5.1 makes by itself. */
const LISTED = {
  Object: [
    words('create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf '
      + 'isExtensible isFrozen isSealed keys preventExtensions seal assign entries values'),
    words('hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf'),
  ],
  String: [
    words('fromCharCode fromCodePoint'),
    words('charAt concat indexOf lastIndexOf match replace search slice split substr substring toLowerCase trim toUpperCase codePointAt '
      + 'endsWith includes repeat startsWith padStart padEnd trimStart trimEnd replaceAll toString valueOf'),
  ],
  Number: [
    words('EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY isFinite isInteger isNaN '
      + 'isSafeInteger parseInt parseFloat'),
    words('toExponential toFixed toPrecision toString valueOf'),
  ],
  Boolean: [[], words('toString valueOf')],
  Array: [
    words('isArray of'),
    words('concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice unshift '
      + 'copyWithin fill find findIndex includes toString'),
  ],
  Function: [[], words('apply bind call toString')],
  RegExp: [[], words('global ignoreCase multiline source sticky flags exec test toString')],
  Date: [Object.getOwnPropertyNames(Date), Object.getOwnPropertyNames(Date.prototype)],
  ArrayBuffer: [words('isView'), words('slice byteLength')],
  Promise: [words('all allSettled any reject resolve race'), words('catch finally then')],
  DataView: [[], Object.getOwnPropertyNames(DataView.prototype).filter((name) => !/BigU?int64|Float16/i.test(name))],
  // Its constants cannot be taken away; what they name is.
  Symbol: [Object.getOwnPropertyNames(Symbol), words('toString valueOf')],
};

/** Symbols that stay: replacing and splitting by a regular expression, which the list names, and matching and searching, by which String's do. */
const SYMBOLS = [Symbol.replace, Symbol.split, Symbol.match, Symbol.search];
const GLOBALS = [
  ...Object.keys(LISTED), ...ERRORS, ...TYPED,
  ...words('Math JSON globalThis decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt NaN Infinity undefined'),
];
const ALWAYS = words('length name prototype constructor');

/** Takes from an object what is not listed; `instanceof` cannot be taken away. */
function keep(object, listed) {
  const unlisted = Reflect.ownKeys(object).filter((name) => ![Symbol.hasInstance, ...ALWAYS, ...listed].includes(name));
  for (const name of unlisted) {
    if (!Reflect.deleteProperty(object, name)) throw new Error(`${String(name)} cannot be taken away`);
  }
}

/** Makes such a context. */
export function context() {
  const made = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  for (const [name, [own, prototype]] of Object.entries(LISTED)) {
    const object = vm.runInContext(name, made);
    keep(object, own);
    keep(object.prototype, name === 'RegExp' ? [...prototype, ...SYMBOLS] : prototype);
  }
  keep(vm.runInContext('globalThis', made), GLOBALS);
  return made;
}
