// URL and URLSearchParams. What is inside of both belongs to the host.

const invalid = (address) => Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: text(address) });

// The URLSearchParams that were asked for, by their URL.
const paramsOf = new WeakMap();

function reload(url) {
  const params = paramsOf.get(url);
  if (params !== undefined) host.queryReload(params);
}

class URL {
  constructor(address, base) {
    const url = host.url(address, base === undefined ? '' : base, new.target.prototype);
    if (url === undefined) throw invalid(address);
    return url;
  }

  static parse(address, base) { try { return new URL(address, base); } catch { return null; } }
  static canParse(address, base) { return URL.parse(address, base) !== null; }

  get href() { return host.href(this); }
  set href(value) {
    if (!host.setHref(this, value)) throw invalid(value);
    reload(this);
  }
  get origin() { return host.urlPart(this, 'origin'); }
  get searchParams() {
    let params = paramsOf.get(this);
    if (params === undefined) paramsOf.set(this, (params = host.urlQuery(this, URLSearchParams.prototype)));
    return params;
  }
  toString() { return this.href; }
  toJSON() { return this.href; }
  get [Symbol.toStringTag]() { return 'URL'; }
}

for (const name of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']) {
  Object.defineProperty(URL.prototype, name, {
    configurable: true,
    enumerable: true,
    get() { return host.urlPart(this, name); },
    set(value) { host.setUrlPart(this, name, value); reload(this); },
  });
}

const valueOrAny = (value) => (value === undefined ? undefined : text(value));

class URLSearchParams {
  constructor(from = '') {
    // Node takes null for no query, where browsers take it for the word.
    if (from === null || typeof from !== 'object') return host.queryOf(from ?? '', new.target.prototype);
    const params = host.queryOf('', new.target.prototype);
    for (const [name, value] of pairsOf(from)) host.queryAppend(params, name, value);
    return params;
  }

  get size() { return host.querySize(this); }
  has(name, value) { return host.queryHas(this, name, valueOrAny(value)); }
  get(name) { return host.queryGet(this, name) ?? null; }
  getAll(name) { return host.queryGetAll(this, name); }
  append(name, value) { host.queryAppend(this, name, value); }
  delete(name, value) { host.queryDelete(this, name, valueOrAny(value)); }
  set(name, value) { host.querySet(this, name, value); }
  sort() { host.querySort(this); }
  forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
  *entries() { for (let index = 0, pair; (pair = host.queryPair(this, index)) !== undefined; index += 1) yield pair; }
  *keys() { for (const [name] of this.entries()) yield name; }
  *values() { for (const [, value] of this.entries()) yield value; }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return host.queryText(this); }
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
