// Nodes of the page. A node is a number to the host; here it is always the same object, which the host makes and knows
// again. Numbers count up, so `nodes` has no holes.

const secret = Symbol('made by the page');
const nodes = [null];

// By the name of an HTML element or the kind of another node; '' is for elements of HTML without one of their own.
const prototypes = { __proto__: null };

// Counts the changes to the page, so that live lists know when to look again.
let changes = 0;

// Taken before any module could replace them.
const toText = String;
const wellFormed = Function.prototype.call.bind(String.prototype.toWellFormed);
const text = (value) => wellFormed(toText(value));
const orNull = (value) => (value === undefined ? null : value);

function wrap(number) {
  return nodes[number] ?? (number === 0 ? null : (nodes[number] = host.node(number, prototypes)));
}

function wrapAll(numbers) {
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = wrap(numbers[index]);
  return numbers;
}

function insert(parent, node, before) {
  changes += 1;
  host.insert(parent, node, before);
  return node;
}

function detach(node) {
  changes += 1;
  host.detach(node);
}

// Makes one node of the nodes and strings that `append`, `before` and their like take.
function gathered(items) {
  const made = items.map((item) => (item instanceof Node ? item : document.createTextNode(item)));
  if (made.length === 1) return made[0];
  const fragment = document.createDocumentFragment();
  for (const node of made) fragment.appendChild(node);
  return fragment;
}

// The first node beside `node`, in the direction that `step` goes, that is none of `items`.
function besides(node, items, step) {
  let beside = node[step];
  while (beside !== null && items.includes(beside)) beside = beside[step];
  return beside;
}

class Node {
  constructor() { throw new TypeError('Illegal constructor'); }

  get nodeType() { return host.kind(this); }
  get nodeValue() { host.kind(this); return null; }
  set nodeValue(_) { host.kind(this); }
  get ownerDocument() {
    if (this instanceof Document) return null;
    const root = this.getRootNode();
    return root instanceof Document ? root : document;
  }
  get baseURI() { return host.base(); }
  get parentNode() { return wrap(host.parent(this)); }
  get parentElement() { const parent = this.parentNode; return parent instanceof Element ? parent : null; }
  get firstChild() { return wrap(host.first(this)); }
  get lastChild() { return wrap(host.last(this)); }
  get nextSibling() { return wrap(host.next(this)); }
  get previousSibling() { return wrap(host.previous(this)); }
  get childNodes() { return live(this, 'childNodes', NodeList, () => wrapAll(host.children(this))); }
  get isConnected() { return document.contains(this); }
  get textContent() { return host.textContent(this); }
  set textContent(value) { changes += 1; host.setTextContent(this, value === null ? '' : value); }

  hasChildNodes() { return this.firstChild !== null; }
  appendChild(node) { return insert(this, given(node, 'appendChild', 1), null); }

  insertBefore(node, before) {
    given(node, 'insertBefore', 1);
    if (before !== null && before !== undefined) given(before, 'insertBefore', 2);
    return insert(this, node, before === node ? node.nextSibling : before);
  }

  removeChild(node) {
    if (given(node, 'removeChild', 1).parentNode !== this) {
      throw new DOMException('The node to be removed is not a child of this node.', 'NotFoundError');
    }
    detach(node);
    return node;
  }

  replaceChild(node, old) {
    given(node, 'replaceChild', 1);
    given(old, 'replaceChild', 2);
    host.mayInsert(this, node);
    if (old.parentNode !== this) throw new DOMException('The child can not be found in the parent.', 'NotFoundError');
    if (node === old) return old;
    const next = old.nextSibling === node ? node.nextSibling : old.nextSibling;
    detach(old);
    insert(this, node, next);
    return old;
  }

  cloneNode(deep = false) { return wrap(host.clone(this, Boolean(deep))); }
  contains(other) { return other !== null && other !== undefined && host.contains(this, other); }
  isSameNode(other) { return this === other; }
  isEqualNode(other) { return other !== null && this.nodeType === other.nodeType && host.outerHTML(this) === host.outerHTML(other); }

  getRootNode() {
    let node = this;
    while (node.parentNode !== null) node = node.parentNode;
    return node;
  }

  compareDocumentPosition(other) {
    if (this === other) return 0;
    if (this.getRootNode() !== other.getRootNode()) return 1 | 32 | 2;
    if (this.contains(other)) return 16 | 4;
    if (other.contains(this)) return 8 | 2;
    return host.precedes(this, other) ? 4 : 2;
  }

  normalize() {
    for (let node = this.firstChild; node !== null; node = node.nextSibling) {
      if (!(node instanceof Text)) { node.normalize(); continue; }
      while (node.nextSibling instanceof Text) {
        node.data += node.nextSibling.data;
        detach(node.nextSibling);
      }
    }
  }

  get [Symbol.toStringTag]() { return this.constructor.name; }
}

Object.assign(Node, {
  ELEMENT_NODE: 1, TEXT_NODE: 3, PROCESSING_INSTRUCTION_NODE: 7, COMMENT_NODE: 8, DOCUMENT_NODE: 9,
  DOCUMENT_TYPE_NODE: 10, DOCUMENT_FRAGMENT_NODE: 11, DOCUMENT_POSITION_DISCONNECTED: 1,
  DOCUMENT_POSITION_PRECEDING: 2, DOCUMENT_POSITION_FOLLOWING: 4, DOCUMENT_POSITION_CONTAINS: 8,
  DOCUMENT_POSITION_CONTAINED_BY: 16,
});
for (const key of Object.keys(Node)) Node.prototype[key] = Node[key];

// What a method was given at a place among its parameters, which must be a node.
function given(value, method, place) {
  if (value instanceof Node) return value;
  throw new TypeError(`Failed to execute '${method}' on 'Node': parameter ${place} is not of type 'Node'.`);
}

// What elements, texts and comments have because they have a parent.
const childMethods = {
  remove() { detach(this); },
  before(...items) {
    const parent = this.parentNode;
    if (parent === null) return;
    const previous = besides(this, items, 'previousSibling');
    const node = gathered(items);
    insert(parent, node, previous === null ? parent.firstChild : previous.nextSibling);
  },
  after(...items) {
    const parent = this.parentNode;
    if (parent === null) return;
    const next = besides(this, items, 'nextSibling');
    insert(parent, gathered(items), next);
  },
  replaceWith(...items) {
    const parent = this.parentNode;
    if (parent === null) return;
    const next = besides(this, items, 'nextSibling');
    const node = gathered(items);
    if (this.parentNode === parent) {
      host.mayInsert(parent, node);
      if (node !== this) detach(this);
    }
    insert(parent, node, next);
  },
};

class CharacterData extends Node {
  get data() { return host.data(this); }
  set data(value) { changes += 1; host.setData(this, value === null ? '' : value); }
  get nodeValue() { return this.data; }
  set nodeValue(value) { this.data = value; }
  get textContent() { return this.data; }
  set textContent(value) { this.data = value; }
  get length() { return this.data.length; }
  get nextElementSibling() { return elementFrom(this.nextSibling, 'nextSibling'); }
  get previousElementSibling() { return elementFrom(this.previousSibling, 'previousSibling'); }
  appendData(more) { this.data += more; }
  substringData(offset, count) { return this.data.substring(offset, offset + count); }
  deleteData(offset, count) { this.replaceData(offset, count, ''); }
  insertData(offset, more) { this.replaceData(offset, 0, more); }
  replaceData(offset, count, more) { this.data = this.data.slice(0, offset) + more + this.data.slice(offset + count); }
}

class Text extends CharacterData {
  get nodeName() { return '#text'; }
  get wholeText() {
    let first = this;
    while (first.previousSibling instanceof Text) first = first.previousSibling;
    let whole = '';
    for (let node = first; node instanceof Text; node = node.nextSibling) whole += node.data;
    return whole;
  }
  splitText(offset) {
    const rest = document.createTextNode(this.data.slice(offset));
    if (this.parentNode !== null) insert(this.parentNode, rest, this.nextSibling);
    this.data = this.data.slice(0, offset);
    return rest;
  }
}

class Comment extends CharacterData {
  get nodeName() { return '#comment'; }
}

class ProcessingInstruction extends CharacterData {
  get nodeName() { return this.target; }
  get target() { return host.name(this); }
}

class DocumentType extends Node {
  get nodeName() { return this.name; }
  get name() { return host.name(this); }
}

extend(CharacterData, childMethods);
extend(DocumentType, childMethods);

function extend(target, members) {
  Object.defineProperties(target.prototype, Object.getOwnPropertyDescriptors(members));
}

function elementFrom(node, step) {
  let found = node;
  while (found !== null && !(found instanceof Element)) found = found[step];
  return found;
}
