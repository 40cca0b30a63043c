// Lists of nodes: those that a query returns stay as they are, those of a node's children follow the page.

// What each list holds: its items, or for a list that follows the page a function that gives them.
const sources = new WeakMap();
const liveLists = new WeakMap();

function sourceOf(list) {
  const source = sources.get(list);
  if (source === undefined) throw new TypeError('this is not a list of nodes');
  return source;
}

function itemsOf(list) {
  const source = sourceOf(list);
  return typeof source === 'function' ? source() : source;
}

function valuesOf(list) {
  const source = sourceOf(list);
  return typeof source === 'function' ? liveValues(source) : source.values();
}

function* liveValues(source) {
  for (let index = 0; index < source().length; index += 1) yield source()[index];
}

function forEach(callback, self) {
  const source = sourceOf(this);
  const items = typeof source === 'function' ? source : () => source;
  for (let index = 0; index < items().length; index += 1) callback.call(self, items()[index], index, this);
}

class NodeList {
  constructor(token) { if (token !== secret) throw new TypeError('Illegal constructor'); }
  get length() { return itemsOf(this).length; }
  item(index) { return itemsOf(this)[index] ?? null; }
  *entries() { for (let index = 0; index < this.length; index += 1) yield [index, this.item(index)]; }
  *keys() { for (let index = 0; index < this.length; index += 1) yield index; }
  values() { return valuesOf(this); }
  [Symbol.iterator]() { return valuesOf(this); }
  get [Symbol.toStringTag]() { return 'NodeList'; }
}

class HTMLCollection {
  constructor(token) { if (token !== secret) throw new TypeError('Illegal constructor'); }
  get length() { return itemsOf(this).length; }
  item(index) { return itemsOf(this)[index] ?? null; }
  namedItem(name) { return itemsOf(this).find((item) => item.id === name || item.getAttribute('name') === name) ?? null; }
  [Symbol.iterator]() { return valuesOf(this); }
  get [Symbol.toStringTag]() { return 'HTMLCollection'; }
}
NodeList.prototype.forEach = forEach;

function listOf(items) {
  const list = new NodeList(secret);
  sources.set(list, items);
  for (let index = 0; index < items.length; index += 1) list[index] = items[index];
  return list;
}

const isIndex = (key) => typeof key === 'string' && (key === '0' || (key[0] >= '1' && key[0] <= '9' && text(Number(key)) === key));

const indexed = {
  get(target, key, receiver) {
    return isIndex(key) ? sources.get(target)()[key] : Reflect.get(target, key, receiver);
  },
  has(target, key) {
    return isIndex(key) ? key in sources.get(target)() : Reflect.has(target, key);
  },
  ownKeys(target) {
    return [...sources.get(target)().keys()].map(String).concat(Reflect.ownKeys(target));
  },
  getOwnPropertyDescriptor(target, key) {
    if (!isIndex(key)) return Reflect.getOwnPropertyDescriptor(target, key);
    const value = sources.get(target)()[key];
    return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false };
  },
};

// The list of this name that belongs to `owner`; always the same object.
function live(owner, name, Class, compute) {
  let lists = liveLists.get(owner);
  if (lists === undefined) liveLists.set(owner, (lists = new Map()));
  let list = lists.get(name);
  if (list === undefined) lists.set(name, (list = liveList(Class, compute)));
  return list;
}

function liveList(Class, compute) {
  let seen = -1;
  let items = [];
  const current = () => {
    if (seen !== changes) {
      items = compute();
      seen = changes;
    }
    return items;
  };
  const target = new Class(secret);
  const list = new Proxy(target, indexed);
  sources.set(target, current);
  sources.set(list, current);
  return list;
}

class DOMTokenList {
  #element;
  constructor(token, element) {
    if (token !== secret) throw new TypeError('Illegal constructor');
    this.#element = element;
  }
  #tokens() { return host.classes(this.#element); }
  #write(tokens) {
    if (tokens.length > 0 || this.#element.hasAttribute('class')) this.value = tokens.join(' ');
  }
  get value() { return this.#element.getAttribute('class') ?? ''; }
  set value(value) { this.#element.setAttribute('class', value); }
  get length() { return this.#tokens().length; }
  item(index) { return this.#tokens()[index] ?? null; }
  contains(token) { return host.hasClass(this.#element, token); }
  add(...added) { this.#write([...new Set([...this.#tokens(), ...added.map(checkedToken)])]); }
  remove(...removed) { const gone = removed.map(checkedToken); this.#write(this.#tokens().filter((token) => !gone.includes(token))); }
  toggle(token, force) {
    const add = force === undefined ? !this.contains(token) : Boolean(force);
    if (add) this.add(token); else this.remove(token);
    return add;
  }
  replace(old, token) {
    if (!this.contains(old)) return false;
    this.#write([...new Set(this.#tokens().map((each) => (each === old ? checkedToken(token) : each)))]);
    return true;
  }
  forEach(callback, self) { this.#tokens().forEach((token, index) => callback.call(self, token, index, this)); }
  [Symbol.iterator]() { return this.#tokens().values(); }
  toString() { return this.value; }
}

function checkedToken(token) {
  const name = text(token);
  if (name === '') throw new DOMException('The token must not be empty.', 'SyntaxError');
  if (/[\t\n\f\r ]/.test(name)) throw new DOMException('The token must not contain white space.', 'InvalidCharacterError');
  return name;
}
