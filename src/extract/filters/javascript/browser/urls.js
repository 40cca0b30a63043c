// URL and URLSearchParams. What is inside of both belongs to the host.

const invalid = (address) => Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: text(address) });

let urlPart;
let setUrlPart;

class URL {
  #address;
  #params = null;

  constructor(address, base) {
    this.#address = host.url(address, base === undefined ? '' : base);
    if (this.#address === undefined) throw invalid(address);
  }

  static {
    urlPart = (url, name) => host.urlPart(url.#address, name);
    setUrlPart = (url, name, value) => { host.setUrlPart(url.#address, name, value); url.#refresh(); };
  }

  static parse(address, base) { try { return new URL(address, base); } catch { return null; } }
  static canParse(address, base) { return URL.parse(address, base) !== null; }

  get href() { return host.href(this.#address); }
  set href(value) {
    if (!host.setHref(this.#address, value)) throw invalid(value);
    this.#refresh();
  }
  get origin() { return urlPart(this, 'origin'); }
  get searchParams() { return this.#params ?? (this.#params = new URLSearchParams(secret, this.#address)); }
  #refresh() { if (this.#params !== null) refresh(this.#params); }
  toString() { return this.href; }
  toJSON() { return this.href; }
  get [Symbol.toStringTag]() { return 'URL'; }
}

for (const name of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']) {
  Object.defineProperty(URL.prototype, name, {
    configurable: true,
    enumerable: true,
    get() { return urlPart(this, name); },
    set(value) { setUrlPart(this, name, value); },
  });
}

let refresh;
const valueOrAny = (value) => (value === undefined ? undefined : text(value));

class URLSearchParams {
  #query;
  #address = null;

  static {
    refresh = (params) => host.queryEnter(params.#query, params.#address);
  }

  constructor(from = '', address = undefined) {
    if (from === secret) {
      this.#query = host.urlQuery(address);
      this.#address = address;
    } else if (from === null || typeof from !== 'object') {
      // Node takes null for no query, where browsers take it for the word.
      this.#query = host.queryOf(from ?? '');
    } else {
      this.#query = host.queryOf('');
      for (const [name, value] of pairsOf(from)) host.queryAppend(this.#query, name, value);
    }
  }

  #changed() { if (this.#address !== null) host.setUrlQuery(this.#address, this.#query); }

  get size() { return host.querySize(this.#query); }
  has(name, value) { return host.queryHas(this.#query, name, valueOrAny(value)); }
  get(name) { return host.queryGet(this.#query, name) ?? null; }
  getAll(name) { return host.queryGetAll(this.#query, name); }
  append(name, value) { host.queryAppend(this.#query, name, value); this.#changed(); }
  delete(name, value) { host.queryDelete(this.#query, name, valueOrAny(value)); this.#changed(); }
  set(name, value) { host.querySet(this.#query, name, value); this.#changed(); }
  sort() { host.querySort(this.#query); this.#changed(); }
  forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
  *entries() { for (let index = 0, pair; (pair = host.queryPair(this.#query, index)) !== undefined; index += 1) yield pair; }
  *keys() { for (const [name] of this.entries()) yield name; }
  *values() { for (const [, value] of this.entries()) yield value; }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return host.queryText(this.#query); }
  get [Symbol.toStringTag]() { return 'URLSearchParams'; }
}

function pairsOf(from) {
  const pairs = typeof from[Symbol.iterator] === 'function' ? [...from] : Object.entries(from);
  return pairs.map((pair) => {
    const both = [...pair];
    if (both.length !== 2) throw new TypeError('Each query pair must be an iterable [name, value] tuple');
    return both.map(text);
  });
}
