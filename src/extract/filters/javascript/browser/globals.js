// What modules find without importing it. There is no network, no file and no clock to wait for.

function shown(value, depth = 0) {
  if (typeof value === 'string') return depth === 0 ? value : JSON.stringify(value);
  if (value instanceof Error) return value.stack ? `${value}\n${value.stack}` : String(value);
  if (value instanceof Element) return host.outerHTML(value).slice(0, 500);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 3) return '…';
  if (typeof value[Symbol.iterator] === 'function') return `[${[...value].slice(0, 100).map((each) => shown(each, depth + 1)).join(', ')}]`;
  return `{${Object.entries(value).slice(0, 100).map(([key, each]) => `${key}: ${shown(each, depth + 1)}`).join(', ')}}`;
}

const console = {};
for (const level of ['debug', 'log', 'info', 'warn', 'error', 'trace', 'dir']) {
  console[level] = (...values) => host.log(level, text(values.map((value) => shown(value)).join(' ')));
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function atob(encoded) {
  const letters = text(encoded).replace(/[\t\n\f\r ]+/g, '').replace(/={1,2}$/, '');
  if (letters.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(letters)) {
    throw new DOMException('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
  }
  let bits = 0;
  let count = 0;
  let decoded = '';
  for (const letter of letters) {
    bits = ((bits << 6) | base64.indexOf(letter)) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      decoded += String.fromCharCode((bits >>> count) & 0xff);
    }
  }
  return decoded;
}

function btoa(data) {
  const bytes = String(data);
  if (/[^\u0000-\u00ff]/.test(bytes)) throw new DOMException('A character is beyond Latin-1.', 'InvalidCharacterError');
  let encoded = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [a, b, c] = [0, 1, 2].map((offset) => bytes.charCodeAt(index + offset));
    const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
    encoded += base64[bits >>> 18] + base64[(bits >>> 12) & 63];
    encoded += Number.isNaN(b) ? '=' : base64[(bits >>> 6) & 63];
    encoded += Number.isNaN(c) ? '=' : base64[bits & 63];
  }
  return encoded;
}

for (const [name, Class] of elementClasses) prototypes[name] = Class.prototype;
for (const [kind, Class] of [
  ['', HTMLElement], ['*', Element], ['#text', Text], ['#comment', Comment], ['#document', Document], ['#fragment', DocumentFragment],
  ['#doctype', DocumentType], ['#instruction', ProcessingInstruction],
]) prototypes[kind] = Class.prototype;

const document = wrap(host.document());

for (const [name, value] of Object.entries({
  Node, Element, HTMLElement, Text, Comment, CharacterData, Document, DocumentFragment, DocumentType, NodeList, HTMLCollection,
  Range, NodeFilter, TreeWalker, NodeIterator, DOMParser, XMLSerializer, URL, URLSearchParams, TextEncoder, TextDecoder,
  Intl, structuredClone, queueMicrotask, console, atob, btoa,
  ...Object.fromEntries([...elementClasses.values()].map((Class) => [Class.name, Class])),
})) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

return {
  // Built-in filters change the page without telling; so look at everything anew.
  look: () => { changes += 1; },
  call: (filter, parameters, context) => (parameters ? filter(document, parameters, context) : filter(document, context)),
  tell: (error) => told(error),
};
