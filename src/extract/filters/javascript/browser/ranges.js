// Ranges and walks. A range does not follow changes that others make to the page.

const NodeFilter = {
  FILTER_ACCEPT: 1, FILTER_REJECT: 2, FILTER_SKIP: 3, SHOW_ALL: 0xffffffff, SHOW_ELEMENT: 1, SHOW_TEXT: 4,
  SHOW_COMMENT: 128, SHOW_DOCUMENT: 256, SHOW_DOCUMENT_FRAGMENT: 1024,
};

const lengthOf = (node) => (node instanceof CharacterData ? node.length : node.childNodes.length);
const indexOf = (node) => { let index = 0; for (let each = node.previousSibling; each !== null; each = each.previousSibling) index += 1; return index; };

function parentOf(node) {
  if (node.parentNode === null) throw new DOMException('The node has no parent.', 'InvalidNodeTypeError');
  return node.parentNode;
}

// Whether a boundary stands before another: -1, 0 or 1.
function compare(a, b) {
  if (a.node === b.node) return Math.sign(a.offset - b.offset);
  if (a.node.contains(b.node)) return childWith(a.node, b.node) < a.offset ? 1 : -1;
  if (b.node.contains(a.node)) return childWith(b.node, a.node) < b.offset ? -1 : 1;
  return a.node.compareDocumentPosition(b.node) & 4 ? -1 : 1;
}

function childWith(ancestor, node) {
  let child = node;
  while (child.parentNode !== ancestor) child = child.parentNode;
  return indexOf(child);
}

class Range {
  #start = { node: document, offset: 0 };
  #end = { node: document, offset: 0 };

  get startContainer() { return this.#start.node; }
  get startOffset() { return this.#start.offset; }
  get endContainer() { return this.#end.node; }
  get endOffset() { return this.#end.offset; }
  get collapsed() { return compare(this.#start, this.#end) === 0; }
  get commonAncestorContainer() {
    let ancestor = this.#start.node;
    while (!ancestor.contains(this.#end.node)) ancestor = ancestor.parentNode;
    return ancestor;
  }

  setStart(node, offset) {
    this.#start = boundary(node, offset);
    if (node.getRootNode() !== this.#end.node.getRootNode() || compare(this.#start, this.#end) > 0) this.#end = this.#start;
  }
  setEnd(node, offset) {
    this.#end = boundary(node, offset);
    if (node.getRootNode() !== this.#start.node.getRootNode() || compare(this.#start, this.#end) > 0) this.#start = this.#end;
  }
  setStartBefore(node) { this.setStart(parentOf(node), indexOf(node)); }
  setStartAfter(node) { this.setStart(parentOf(node), indexOf(node) + 1); }
  setEndBefore(node) { this.setEnd(parentOf(node), indexOf(node)); }
  setEndAfter(node) { this.setEnd(parentOf(node), indexOf(node) + 1); }
  selectNode(node) { this.setStartBefore(node); this.setEndAfter(node); }
  selectNodeContents(node) { this.setStart(node, 0); this.setEnd(node, lengthOf(node)); }
  collapse(toStart = false) { if (toStart) this.#end = this.#start; else this.#start = this.#end; }
  cloneRange() { const range = new Range(); range.setStart(this.#start.node, this.#start.offset); range.setEnd(this.#end.node, this.#end.offset); return range; }
  detach() {}

  cloneContents() { return this.#take(copied); }
  extractContents() { const taken = this.#take(moved); this.#collapseAfterRemoval(); return taken; }
  deleteContents() { this.extractContents(); }
  insertNode(node) {
    const { node: container, offset } = this.#start;
    if (container instanceof Text) insert(parentOf(container), node, container.splitText(offset));
    else insert(container, node, container.childNodes[offset] ?? null);
  }
  surroundContents(parent) {
    const contents = this.extractContents();
    this.insertNode(parent);
    parent.appendChild(contents);
    this.selectNode(parent);
  }
  toString() { return this.cloneContents().textContent; }

  #take(how) {
    const fragment = document.createDocumentFragment();
    if (!this.collapsed) takeBetween(fragment, this.#start, this.#end, this.commonAncestorContainer, how);
    return fragment;
  }

  // Where the range ends up once its contents are gone, as the DOM Standard says ("extract", steps 16 and 17).
  #collapseAfterRemoval() {
    const { node } = this.#start;
    if (!node.contains(this.#end.node)) {
      let top = node;
      while (top.parentNode !== null && !top.parentNode.contains(this.#end.node)) top = top.parentNode;
      if (top.parentNode !== null) this.#start = { node: top.parentNode, offset: indexOf(top) + 1 };
    }
    this.#end = this.#start;
  }
}

function boundary(node, offset) {
  if (offset > lengthOf(node) || offset < 0) throw new DOMException('The offset is beyond the node.', 'IndexSizeError');
  return { node, offset };
}

// How nodes get into a fragment: as copies, or taken out of the page.
const copied = {
  whole: (node) => node.cloneNode(true),
  part(node, from, to) { const clone = node.cloneNode(false); clone.data = node.data.slice(from, to); return clone; },
};
const moved = {
  whole(node) { detach(node); return node; },
  part(node, from, to) {
    const clone = copied.part(node, from, to);
    node.replaceData(from, to - from, '');
    return clone;
  },
};

// Puts into `target` what lies between two boundaries that are both within `ancestor`.
function takeBetween(target, start, end, ancestor, how) {
  if (ancestor instanceof CharacterData) {
    target.appendChild(how.part(ancestor, start.offset, end.offset));
    return;
  }
  const children = [...ancestor.childNodes];
  const first = start.node === ancestor ? start.offset : childWith(ancestor, start.node);
  const last = end.node === ancestor ? end.offset : childWith(ancestor, end.node);
  const startsWithin = start.node !== ancestor;
  const endsWithin = end.node !== ancestor;
  for (let index = first; index < last + (endsWithin ? 1 : 0); index += 1) {
    const child = children[index];
    const from = startsWithin && index === first ? start : { node: child, offset: 0 };
    const to = endsWithin && index === last ? end : { node: child, offset: lengthOf(child) };
    if (from !== start && to !== end) target.appendChild(how.whole(child));
    else takePart(target, from, to, child, how);
  }
}

function takePart(target, from, to, child, how) {
  if (child instanceof CharacterData) {
    target.appendChild(how.part(child, from.offset, to.offset));
    return;
  }
  const shell = child.cloneNode(false);
  target.appendChild(shell);
  takeBetween(shell, from, to, child, how);
}

class TreeWalker {
  #root;
  #show;
  #filter;
  currentNode;

  constructor(root, show = NodeFilter.SHOW_ALL, filter = null) {
    root;
    this.#root = root;
    this.#show = (show ?? NodeFilter.SHOW_ALL) >>> 0;
    this.#filter = filter;
    this.currentNode = root;
  }

  get root() { return this.#root; }

  #verdict(node) {
    if (!((this.#show >>> (node.nodeType - 1)) & 1)) return NodeFilter.FILTER_SKIP;
    if (this.#filter === null) return NodeFilter.FILTER_ACCEPT;
    return typeof this.#filter === 'function' ? this.#filter(node) : this.#filter.acceptNode(node);
  }

  #after(node, rejected) {
    if (!rejected && node.firstChild !== null) return node.firstChild;
    for (let each = node; each !== null && each !== this.#root; each = each.parentNode) {
      if (each.nextSibling !== null) return each.nextSibling;
    }
    return null;
  }

  nextNode() {
    let rejected = false;
    for (let node = this.#after(this.currentNode, false); node !== null; node = this.#after(node, rejected)) {
      const verdict = this.#verdict(node);
      if (verdict === NodeFilter.FILTER_ACCEPT || verdict === true) return (this.currentNode = node);
      rejected = verdict === NodeFilter.FILTER_REJECT;
    }
    return null;
  }

  previousNode() {
    for (let node = this.currentNode; node !== this.#root;) {
      node = node.previousSibling === null ? node.parentNode : deepest(node.previousSibling);
      if (node === null) return null;
      const verdict = this.#verdict(node);
      if (verdict === NodeFilter.FILTER_ACCEPT || verdict === true) return (this.currentNode = node);
    }
    return null;
  }

  parentNode() {
    for (let node = this.currentNode; node !== null && node !== this.#root;) {
      node = node.parentNode;
      if (node !== null && this.#verdict(node) === NodeFilter.FILTER_ACCEPT) return (this.currentNode = node);
    }
    return null;
  }

  #child(first, step) {
    for (let node = this.currentNode[first]; node !== null; node = node[step]) {
      if (this.#verdict(node) === NodeFilter.FILTER_ACCEPT) return (this.currentNode = node);
    }
    return null;
  }

  firstChild() { return this.#child('firstChild', 'nextSibling'); }
  lastChild() { return this.#child('lastChild', 'previousSibling'); }
  nextSibling() { return this.#sibling('nextSibling'); }
  previousSibling() { return this.#sibling('previousSibling'); }

  #sibling(step) {
    for (let node = this.currentNode[step]; node !== null; node = node[step]) {
      if (this.#verdict(node) === NodeFilter.FILTER_ACCEPT) return (this.currentNode = node);
    }
    return null;
  }
}

function deepest(node) {
  let last = node;
  while (last.lastChild !== null) last = last.lastChild;
  return last;
}

// Like a walk that begins with the root itself.
class NodeIterator {
  #walker;
  #rootIsNext;
  constructor(root, show = NodeFilter.SHOW_ALL, filter = null) {
    this.#walker = new TreeWalker(root, show, filter);
    this.#rootIsNext = Boolean(((show ?? NodeFilter.SHOW_ALL) >>> (root.nodeType - 1)) & 1);
  }
  get root() { return this.#walker.root; }
  nextNode() {
    if (!this.#rootIsNext) return this.#walker.nextNode();
    this.#rootIsNext = false;
    return this.root;
  }
  previousNode() { return this.#walker.previousNode(); }
  detach() {}
}
