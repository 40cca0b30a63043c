// Elements, fragments and the document.

// What documents, fragments and elements have because they have children.
const parentMembers = {
  get children() { return live(this, 'children', HTMLCollection, () => wrapAll(host.children(this)).filter((node) => node instanceof Element)); },
  get childElementCount() { return this.children.length; },
  get firstElementChild() { return elementFrom(this.firstChild, 'nextSibling'); },
  get lastElementChild() { return elementFrom(this.lastChild, 'previousSibling'); },
  querySelector(css) { return wrap(host.query(this, css)); },
  querySelectorAll(css) { return listOf(wrapAll(host.queryAll(this, css))); },
  append(...items) { insert(this, gathered(items), null); },
  prepend(...items) { const node = gathered(items); insert(this, node, this.firstChild === node ? node.nextSibling : this.firstChild); },
  replaceChildren(...items) {
    const node = gathered(items);
    host.mayInsert(this, node);
    for (const child of [...this.childNodes]) detach(child);
    insert(this, node, null);
  },
};

const searchMembers = {
  getElementsByTagName(name) {
    const wanted = text(name);
    return live(this, `tag ${wanted}`, HTMLCollection, () => wrapAll(host.byTag(this, wanted)));
  },
  getElementsByClassName(names) {
    const wanted = text(names).split(/[\t\n\f\r ]+/).filter((name) => name !== '');
    return live(this, `class ${wanted.join(' ')}`, HTMLCollection, () => (wanted.length === 0 ? []
      : wrapAll(host.byTag(this, '*')).filter((element) => wanted.every((name) => host.hasClass(element, name)))));
  },
};

class Attr {
  #element;
  #name;
  constructor(token, element, name) {
    if (token !== secret) throw new TypeError('Illegal constructor');
    this.#element = element;
    this.#name = name;
  }
  get name() { return this.#name; }
  get localName() { return this.#name; }
  get nodeName() { return this.#name; }
  get specified() { return true; }
  get ownerElement() { return this.#element; }
  get value() { return this.#element.getAttribute(this.#name) ?? ''; }
  set value(value) { this.#element.setAttribute(this.#name, value); }
}

class NamedNodeMap {
  constructor(token) { if (token !== secret) throw new TypeError('Illegal constructor'); }
  get length() { return itemsOf(this).length; }
  item(index) { return itemsOf(this)[index] ?? null; }
  getNamedItem(name) { return itemsOf(this).find((attribute) => attribute.name === text(name).toLowerCase()) ?? null; }
  removeNamedItem(name) { const found = this.getNamedItem(name); found?.ownerElement.removeAttribute(name); return found; }
  *[Symbol.iterator]() { for (let index = 0; index < this.length; index += 1) yield this.item(index); }
}

class Element extends Node {
  get localName() { return host.name(this); }
  get tagName() { return host.tagName(this); }
  get nodeName() { return host.tagName(this); }
  get namespaceURI() { return host.namespace(this); }
  get prefix() { return null; }
  get innerHTML() { return host.innerHTML(this); }
  set innerHTML(html) { changes += 1; host.setInnerHTML(this, html === null ? '' : html); }
  get outerHTML() { return host.outerHTML(this); }
  set outerHTML(html) {
    const parent = this.parentNode;
    if (parent === null) return;
    const around = parent instanceof Element ? parent : document.createElement('body');
    const made = fragmentOf(around, html === null ? '' : html);
    insert(parent, made, this);
    detach(this);
  }
  get attributes() {
    return live(this, 'attributes', NamedNodeMap, () => host.attributeNames(this).map((name) => new Attr(secret, this, name)));
  }
  get classList() { return once(this, 'classList', () => new DOMTokenList(secret, this)); }
  set classList(value) { this.className = value; }
  get style() { return once(this, 'style', () => styleOf(this)); }
  set style(value) { this.setAttribute('style', value); }
  get dataset() { return once(this, 'dataset', () => datasetOf(this)); }
  get nextElementSibling() { return elementFrom(this.nextSibling, 'nextSibling'); }
  get previousElementSibling() { return elementFrom(this.previousSibling, 'previousSibling'); }

  getAttribute(name) { return host.attribute(this, name) ?? null; }
  setAttribute(name, value) { changes += 1; host.setAttribute(this, name, value); }
  removeAttribute(name) { changes += 1; host.removeAttribute(this, name); }
  hasAttribute(name) { return host.attribute(this, name) !== undefined; }
  hasAttributes() { return host.attributeNames(this).length > 0; }
  getAttributeNames() { return host.attributeNames(this); }
  getAttributeNode(name) { return this.attributes.getNamedItem(name); }
  toggleAttribute(name, force) {
    const add = force === undefined ? !this.hasAttribute(name) : Boolean(force);
    if (add && !this.hasAttribute(name)) this.setAttribute(name, '');
    if (!add) this.removeAttribute(name);
    return add;
  }
  // Namespaces of attributes are those that the parser gives; their names tell enough.
  getAttributeNS(_, name) { return this.getAttribute(name); }
  hasAttributeNS(_, name) { return this.hasAttribute(name); }
  setAttributeNS(_, name, value) { this.setAttribute(name, value); }
  removeAttributeNS(_, name) { this.removeAttribute(name); }
  matches(css) { return host.matches(this, css); }
  closest(css) { return wrap(host.closest(this, css)); }

  insertAdjacentElement(where, element) { return place(this, where, element); }
  insertAdjacentText(where, data) { place(this, where, document.createTextNode(data)); }
  insertAdjacentHTML(where, html) {
    const outside = /^(beforebegin|afterend)$/i.test(where);
    const around = outside && this.parentNode instanceof Element ? this.parentNode : this;
    place(this, where, fragmentOf(around, html));
  }
}

extend(Element, childMethods);
extend(Element, parentMembers);
extend(Element, searchMembers);

const onces = new WeakMap();

function once(owner, name, make) {
  let made = onces.get(owner);
  if (made === undefined) onces.set(owner, (made = {}));
  return made[name] ?? (made[name] = make());
}

function fragmentOf(around, html) {
  return wrap(host.parse(around, text(html)));
}

function place(element, where, node) {
  switch (text(where).toLowerCase()) {
    case 'beforebegin': if (element.parentNode === null) return null; return insert(element.parentNode, node, element);
    case 'afterbegin': return insert(element, node, element.firstChild);
    case 'beforeend': return insert(element, node, null);
    case 'afterend': if (element.parentNode === null) return null; return insert(element.parentNode, node, element.nextSibling);
    default: throw new DOMException(`'${where}' is no position beside or in an element.`, 'SyntaxError');
  }
}

function datasetOf(element) {
  const attribute = (key) => `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const keys = () => element.getAttributeNames().filter((name) => name.startsWith('data-'))
    .map((name) => name.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()));
  return new Proxy({}, {
    get: (target, key) => (typeof key === 'string' ? element.getAttribute(attribute(key)) ?? undefined : undefined),
    set: (target, key, value) => { element.setAttribute(attribute(key), value); return true; },
    has: (target, key) => typeof key === 'string' && element.hasAttribute(attribute(key)),
    deleteProperty: (target, key) => { element.removeAttribute(attribute(key)); return true; },
    ownKeys: keys,
    getOwnPropertyDescriptor: (target, key) => (keys().includes(key)
      ? { value: element.getAttribute(attribute(key)), enumerable: true, configurable: true, writable: true } : undefined),
  });
}

// The declarations of a `style` attribute, as they are written; nothing is computed.
function styleOf(element) {
  const property = (key) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^css-float$/, 'float');
  const read = () => new Map((element.getAttribute('style') ?? '').split(';')
    .map((each) => [each.slice(0, each.indexOf(':')).trim().toLowerCase(), each.slice(each.indexOf(':') + 1).trim()])
    .filter(([name, value]) => name !== '' && value !== ''));
  const write = (all) => element.setAttribute('style', [...all].map(([name, value]) => `${name}: ${value};`).join(' '));
  const methods = {
    getPropertyValue: (name) => (read().get(text(name).toLowerCase()) ?? '').replace(/\s*!important$/i, ''),
    setProperty: (name, value) => {
      const all = read();
      if (value === '' || value === null) all.delete(text(name)); else all.set(text(name), text(value));
      write(all);
    },
    removeProperty: (name) => { const old = methods.getPropertyValue(name); methods.setProperty(name, ''); return old; },
  };
  return new Proxy(methods, {
    get: (target, key) => {
      if (typeof key !== 'string' || key in target) return Reflect.get(target, key);
      if (key === 'cssText') return element.getAttribute('style') ?? '';
      return key === 'length' ? read().size : target.getPropertyValue(property(key));
    },
    set: (target, key, value) => {
      if (key === 'cssText') element.setAttribute('style', value); else target.setProperty(property(key), value);
      return true;
    },
  });
}

// Properties that stand for attributes: as text, as an address made absolute, as a switch.
function reflect(Class, names) {
  for (const [property, name] of names.map((each) => [].concat(each))) {
    const attribute = name ?? property.toLowerCase();
    Object.defineProperty(Class.prototype, property, {
      configurable: true,
      enumerable: true,
      get() { return host.attribute(this, attribute) ?? ''; },
      set(value) { this.setAttribute(attribute, value); },
    });
  }
}

function reflectAddress(Class, attribute) {
  Object.defineProperty(Class.prototype, attribute, {
    configurable: true,
    enumerable: true,
    get() { return host.address(this, attribute); },
    set(value) { this.setAttribute(attribute, value); },
  });
}

function reflectSwitch(Class, names) {
  for (const [property, name] of names.map((each) => [].concat(each))) {
    const attribute = name ?? property;
    Object.defineProperty(Class.prototype, property, {
      configurable: true,
      enumerable: true,
      get() { return host.attribute(this, attribute) !== undefined; },
      set(value) { this.toggleAttribute(attribute, Boolean(value)); },
    });
  }
}

reflect(Element, ['id', ['className', 'class'], 'slot']);

class HTMLElement extends Element {}
reflect(HTMLElement, ['title', 'lang', 'dir']);
reflectSwitch(HTMLElement, ['hidden']);

class HTMLAnchorElement extends HTMLElement {
  get text() { return this.textContent; }
  set text(value) { this.textContent = value; }
  get origin() { return partOf(this, (url) => url.origin); }
  toString() { return this.href; }
}
reflect(HTMLAnchorElement, ['rel', 'target', 'type', 'hreflang', 'download', 'name']);
reflectAddress(HTMLAnchorElement, 'href');

function partOf(anchor, part) {
  const url = URL.parse(anchor.href);
  return url === null ? '' : part(url);
}

for (const part of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']) {
  Object.defineProperty(HTMLAnchorElement.prototype, part, {
    configurable: true,
    enumerable: true,
    get() { return partOf(this, (url) => url[part]); },
    set(value) {
      const url = URL.parse(this.href);
      if (url === null) return;
      url[part] = value;
      this.href = url.href;
    },
  });
}

class HTMLImageElement extends HTMLElement {}
reflect(HTMLImageElement, ['alt', 'name', 'srcset', 'sizes', 'loading', 'width', 'height']);
reflectAddress(HTMLImageElement, 'src');

class HTMLEmbeddedElement extends HTMLElement {}
reflect(HTMLEmbeddedElement, ['type', 'name', 'srcset', 'media', 'width', 'height']);
reflectAddress(HTMLEmbeddedElement, 'src');

class HTMLScriptElement extends HTMLEmbeddedElement {
  get text() { return this.textContent; }
  set text(value) { this.textContent = value; }
}

class HTMLLinkElement extends HTMLElement {}
reflect(HTMLLinkElement, ['rel', 'type', 'media', 'hreflang', 'target']);
reflectAddress(HTMLLinkElement, 'href');

class HTMLMetaElement extends HTMLElement {}
reflect(HTMLMetaElement, ['name', 'content', ['httpEquiv', 'http-equiv']]);

class HTMLTemplateElement extends HTMLElement {
  get content() { return wrap(host.templateContent(this)); }
}

const elementClasses = new Map(Object.entries({
  a: HTMLAnchorElement, area: HTMLAnchorElement, img: HTMLImageElement, link: HTMLLinkElement, base: HTMLLinkElement,
  script: HTMLScriptElement, iframe: HTMLEmbeddedElement, embed: HTMLEmbeddedElement, source: HTMLEmbeddedElement,
  video: HTMLEmbeddedElement, audio: HTMLEmbeddedElement, track: HTMLEmbeddedElement, meta: HTMLMetaElement,
  template: HTMLTemplateElement,
}));

class DocumentFragment extends Node {
  get nodeName() { return '#document-fragment'; }
  getElementById(id) { return wrap(host.byId(this, id)); }
}
extend(DocumentFragment, parentMembers);

class Document extends Node {
  get nodeName() { return '#document'; }
  get textContent() { return null; }
  set textContent(_) { host.kind(this); }
  get documentElement() { return this.firstElementChild; }
  get doctype() { return [...this.childNodes].find((node) => node instanceof DocumentType) ?? null; }
  get head() { return partOfRoot(this, 'HEAD'); }
  get body() { return partOfRoot(this, 'BODY') ?? partOfRoot(this, 'FRAMESET'); }
  set body(element) { const old = this.body; if (old === null) this.documentElement?.append(element); else old.replaceWith(element); }
  get title() { return (this.querySelector('title')?.textContent ?? '').replace(/[\t\n\f\r ]+/g, ' ').trim(); }
  set title(value) {
    const title = this.querySelector('title') ?? this.head?.appendChild(this.createElement('title'));
    if (title) title.textContent = value;
  }
  get URL() { return host.location(); }
  get documentURI() { return host.location(); }
  get location() { return once(this, 'location', () => new URL(host.location())); }
  get defaultView() { return globalThis; }
  get characterSet() { return 'UTF-8'; }
  get contentType() { return 'text/html'; }
  get readyState() { return 'complete'; }
  get cookie() { return ''; }
  get referrer() { return ''; }
  get compatMode() { return host.isQuirky() ? 'BackCompat' : 'CSS1Compat'; }
  get implementation() {
    return {
      createHTMLDocument(title) {
        const made = new DOMParser().parseFromString('<!doctype html>', 'text/html');
        if (title !== undefined) made.title = title;
        return made;
      },
      hasFeature: () => true,
    };
  }
  get links() { return live(this, 'links', HTMLCollection, () => wrapAll(host.queryAll(this, 'a[href], area[href]'))); }
  get anchors() { return live(this, 'anchors', HTMLCollection, () => wrapAll(host.queryAll(this, 'a[name]'))); }
  get images() { return this.getElementsByTagName('img'); }
  get forms() { return this.getElementsByTagName('form'); }
  get scripts() { return this.getElementsByTagName('script'); }

  getElementById(id) { return wrap(host.byId(this, id)); }
  getElementsByName(name) { return listOf([...this.querySelectorAll('[name]')].filter((element) => element.getAttribute('name') === text(name))); }
  createElement(name) { return wrap(host.createElement(name)); }
  createElementNS(namespace, name) { return wrap(host.createElementIn(text(name).replace(/^[^:]*:/, ''), namespace === null ? '' : namespace)); }
  createTextNode(data) { return wrap(host.createText(data)); }
  createComment(data) { return wrap(host.createComment(data)); }
  createDocumentFragment() { return wrap(host.createFragment()); }
  createRange() { return new Range(); }
  createTreeWalker(root, show, filter) { return new TreeWalker(root, show, filter); }
  createNodeIterator(root, show, filter) { return new NodeIterator(root, show, filter); }
  importNode(node, deep = false) { return node.cloneNode(deep); }
  adoptNode(node) { detach(node); return node; }

  // Three that Open Terms Archive's engine adds to its documents.
  select(selectors) {
    const selected = this.createDocumentFragment();
    for (const selector of [].concat(selectors)) {
      if (typeof selector === 'object') selected.appendChild(this.selectRange(selector).cloneContents());
      else for (const element of this.querySelectorAll(selector)) selected.appendChild(element.cloneNode(true));
    }
    return selected;
  }
  remove(selectors = []) {
    const all = [].concat(selectors);
    const ranges = all.filter((selector) => typeof selector === 'object').map((selector) => this.selectRange(selector));
    const elements = all.filter((selector) => typeof selector === 'string').flatMap((selector) => [...this.querySelectorAll(selector)]);
    for (const element of elements) element.remove();
    for (const range of ranges) range.deleteContents();
  }
  selectRange({ startBefore, startAfter, endBefore, endAfter }) {
    const range = this.createRange();
    const named = { startBefore, startAfter, endBefore, endAfter };
    const end = (css, name) => {
      const found = this.querySelector(css);
      if (found === null) throw new Error(`The "${name}" selector has no match in document in: ${JSON.stringify(named)}`);
      return found;
    };
    if (startBefore) range.setStartBefore(end(startBefore, 'start'));
    else range.setStartAfter(end(startAfter, 'start'));
    if (endBefore) range.setEndBefore(end(endBefore, 'end'));
    else range.setEndAfter(end(endAfter, 'end'));
    return range;
  }
}
extend(Document, parentMembers);
extend(Document, searchMembers);

function partOfRoot(owner, tagName) {
  const root = owner.documentElement;
  return root === null ? null : [...root.children].find((element) => element.tagName === tagName) ?? null;
}
