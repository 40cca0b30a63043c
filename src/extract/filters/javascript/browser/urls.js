// URL and URLSearchParams. The host parses and writes; what it returns is always a whole address.

class URL {
  #href;
  #params = null;

  constructor(address, base) {
    this.#href = orNull(host.parseUrl(text(address), base === undefined ? "" : text(base)));
    if (this.#href === null) throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: text(address) });
  }

  static parse(address, base) { try { return new URL(address, base); } catch { return null; } }
  static canParse(address, base) { return URL.parse(address, base) !== null; }

  get href() { return this.#href; }
  set href(value) { this.#href = new URL(value).href; this.#refresh(); }
  get origin() { return host.urlPart(this.#href, 'origin'); }
  get searchParams() {
    if (this.#params === null) {
      this.#params = new URLSearchParams(this.search);
      follow(this.#params, (query) => { this.#href = host.setUrlPart(this.#href, 'search', query); });
    }
    return this.#params;
  }
  part(name) { return host.urlPart(this.#href, name); }
  setPart(name, value) { this.#href = host.setUrlPart(this.#href, name, value); this.#refresh(); }
  #refresh() { if (this.#params !== null) reload(this.#params, this.search); }
  toString() { return this.#href; }
  toJSON() { return this.#href; }
  get [Symbol.toStringTag]() { return 'URL'; }
}

const { part: urlPart, setPart: setUrlPart } = URL.prototype;
delete URL.prototype.part;
delete URL.prototype.setPart;

for (const name of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']) {
  Object.defineProperty(URL.prototype, name, {
    configurable: true,
    enumerable: true,
    get() { return urlPart.call(this, name); },
    set(value) { setUrlPart.call(this, name, text(value)); },
  });
}

let follow;
let reload;

class URLSearchParams {
  #pairs;
  #tell = null;

  static {
    follow = (params, tell) => { params.#tell = tell; };
    reload = (params, query) => { params.#pairs = host.parseQuery(query); };
  }

  constructor(from = '') {
    this.#pairs = pairsOf(from);
  }

  #changed() { this.#tell?.(this.toString()); }

  get size() { return this.#pairs.length; }
  has(name, value) { return this.#pairs.some((pair) => pair[0] === text(name) && (value === undefined || pair[1] === text(value))); }
  get(name) { return this.#pairs.find((pair) => pair[0] === text(name))?.[1] ?? null; }
  getAll(name) { return this.#pairs.filter((pair) => pair[0] === text(name)).map((pair) => pair[1]); }
  append(name, value) { this.#pairs.push([text(name), text(value)]); this.#changed(); }
  delete(name, value) {
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== text(name) || (value !== undefined && pair[1] !== text(value)));
    this.#changed();
  }
  set(name, value) {
    const first = this.#pairs.find((pair) => pair[0] === text(name));
    if (first === undefined) { this.append(name, value); return; }
    first[1] = text(value);
    this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== text(name));
    this.#changed();
  }
  sort() { this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : Number(a[0] > b[0]))); this.#changed(); }
  forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
  *entries() { for (let index = 0; index < this.#pairs.length; index += 1) yield [...this.#pairs[index]]; }
  *keys() { for (const [name] of this.entries()) yield name; }
  *values() { for (const [, value] of this.entries()) yield value; }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return host.writeQuery(this.#pairs.flat()); }
  get [Symbol.toStringTag]() { return 'URLSearchParams'; }
}

function pairsOf(from) {
  if (from === null || typeof from !== 'object') return host.parseQuery(text(from));
  const pairs = typeof from[Symbol.iterator] === 'function' ? [...from] : Object.entries(from);
  return pairs.map((pair) => {
    const both = [...pair];
    if (both.length !== 2) throw new TypeError('Each query pair must be an iterable [name, value] tuple');
    return both.map(text);
  });
}
