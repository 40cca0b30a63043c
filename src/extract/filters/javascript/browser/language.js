// What Node offers beside the language, and what cannot be had here, which says so by name.

function structuredClone(value) {
  return cloned(value, new Map());
}

function cloned(value, seen) {
  if (typeof value === 'function' || typeof value === 'symbol') throw notCloned(value);
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (copy) => { seen.set(value, copy); return copy; };
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) return keep(viewCloned(value, seen));
  if (value instanceof Error) return keep(Object.assign(new (errorClasses[value.name] ?? Error)(value.message), { stack: value.stack }));
  if (value instanceof Map) { const copy = keep(new Map()); for (const [key, each] of value) copy.set(cloned(key, seen), cloned(each, seen)); return copy; }
  if (value instanceof Set) { const copy = keep(new Set()); for (const each of value) copy.add(cloned(each, seen)); return copy; }
  if (value instanceof Node || typeof value.then === 'function' || value instanceof WeakMap || value instanceof WeakSet) throw notCloned(value);
  const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const key of Object.keys(value)) copy[key] = cloned(value[key], seen);
  return copy;
}

const errorClasses = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function viewCloned(view, seen) {
  const buffer = cloned(view.buffer, seen);
  return view instanceof DataView ? new DataView(buffer, view.byteOffset, view.byteLength)
    : new view.constructor(buffer, view.byteOffset, view.length);
}

const notCloned = (value) => new DOMException(`${typeof value === 'object' ? '#<Object>' : text(value)} could not be cloned.`, 'DataCloneError');

class TextEncoder {
  get encoding() { return 'utf-8'; }
  encode(string = '') { return Uint8Array.from(host.utf8(text(string))); }
}

class TextDecoder {
  #fatal;
  #keepsMark;
  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(text(label))) throw new RangeError(`The "${text(label)}" encoding is not supported here`);
    this.#fatal = Boolean(fatal);
    this.#keepsMark = Boolean(ignoreBOM);
  }
  get encoding() { return 'utf-8'; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#keepsMark; }
  decode(bytes = new Uint8Array()) {
    const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
    const decoded = orNull(host.fromUtf8([...view], this.#fatal));
    if (decoded === null) throw Object.assign(new TypeError('The encoded data was not valid for encoding utf-8'), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
    return this.#keepsMark ? decoded : decoded.replace(/^\ufeff/, '');
  }
}

const queueMicrotask = (callback) => { Promise.resolve().then(() => callback()); };

// Numbers and dates in the manner of a country need tables that are not here. What they would give without is no answer.
const unavailable = (name) => { throw new Error(`${name} cannot be used here, where no language's formats are known`); };

const Intl = {};
for (const name of ['Collator', 'DateTimeFormat', 'DisplayNames', 'DurationFormat', 'ListFormat', 'Locale', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat', 'Segmenter']) {
  Intl[name] = function () { unavailable(`Intl.${name}`); };
  Intl[name].supportedLocalesOf = () => [];
}
for (const name of ['getCanonicalLocales', 'supportedValuesOf']) Intl[name] = () => unavailable(`Intl.${name}`);
Object.defineProperty(Intl, Symbol.toStringTag, { value: 'Intl' });

for (const [Class, names] of [[Number, ['toLocaleString']], [BigInt, ['toLocaleString']], [Date, ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']]]) {
  for (const name of names) {
    Object.defineProperty(Class.prototype, name, { value: { [name]() { return unavailable(`${Class.name}.prototype.${name}`); } }[name], writable: true, configurable: true });
  }
}
