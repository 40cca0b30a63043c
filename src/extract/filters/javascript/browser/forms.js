// Elements of forms, tables, lists and quotations. What somebody would type or choose is what the page says at first:
// `value` and `checked` stand for attributes and texts, and nothing is kept beside the page.

const tagOf = (node) => (node instanceof Element ? node.localName : '');
const childrenOf = (element, ...names) => (element === null ? [] : [...element.children].filter((child) => names.includes(child.localName)));
const collection = (owner, name, compute) => live(owner, name, HTMLCollection, compute);

function made(parent, name, before) {
  const element = document.createElement(name);
  return insert(parent, element, before);
}

// Puts a new element among others of its kind; -1 stands for the last place.
function madeAt(parent, name, index, others, fallback = parent) {
  const items = [...others];
  if (index < -1 || index > items.length) throw new DOMException('The index is not in the allowed range.', 'IndexSizeError');
  if (index === -1 || index === items.length) return made(items.at(-1)?.parentNode ?? fallback, name, null);
  return made(items[index].parentNode, name, items[index]);
}

function removedAt(index, others) {
  const items = [...others];
  if (index < -1 || index >= items.length) throw new DOMException('The index is not in the allowed range.', 'IndexSizeError');
  items.at(index)?.remove();
}

function reflectNumber(Class, names, absent) {
  for (const [property, name] of names.map((each) => [].concat(each))) {
    const attribute = name ?? property.toLowerCase();
    Object.defineProperty(Class.prototype, property, {
      configurable: true,
      enumerable: true,
      get() { const number = Number.parseInt(this.getAttribute(attribute), 10); return Number.isNaN(number) ? absent : number; },
      set(value) { this.setAttribute(attribute, text(Math.trunc(value))); },
    });
  }
}

class HTMLFormElement extends HTMLElement {
  get elements() { return collection(this, 'elements', () => [...this.querySelectorAll('button, fieldset, input, object, output, select, textarea')]); }
  get length() { return this.elements.length; }
  get method() { return (this.getAttribute('method') ?? '').toLowerCase() === 'post' ? 'post' : 'get'; }
  set method(value) { this.setAttribute('method', value); }
}
reflect(HTMLFormElement, ['name', 'enctype', 'target']);
reflectAddress(HTMLFormElement, 'action');

class HTMLControlElement extends HTMLElement {
  get form() { return this.closest('form'); }
  get labels() { return listOf([...document.querySelectorAll('label')].filter((label) => label.control === this)); }
}
reflect(HTMLControlElement, ['name']);
reflectSwitch(HTMLControlElement, ['disabled', 'required', 'autofocus', 'multiple']);

class HTMLInputElement extends HTMLControlElement {
  get type() { return (this.getAttribute('type') ?? 'text').toLowerCase(); }
  set type(value) { this.setAttribute('type', value); }
  get value() { return this.getAttribute('value') ?? (/^(checkbox|radio)$/.test(this.type) ? 'on' : ''); }
  set value(value) { this.setAttribute('value', value ?? ''); }
}
reflect(HTMLInputElement, ['placeholder', 'alt', 'pattern', 'min', 'max', 'step', 'accept', 'autocomplete', ['defaultValue', 'value']]);
reflectAddress(HTMLInputElement, 'src');
reflectSwitch(HTMLInputElement, ['checked', ['readOnly', 'readonly'], ['defaultChecked', 'checked']]);

class HTMLButtonElement extends HTMLControlElement {
  get type() { const type = (this.getAttribute('type') ?? '').toLowerCase(); return /^(reset|button)$/.test(type) ? type : 'submit'; }
  set type(value) { this.setAttribute('type', value); }
}
reflect(HTMLButtonElement, ['value']);

class HTMLTextAreaElement extends HTMLControlElement {
  get type() { return 'textarea'; }
  get value() { return this.textContent; }
  set value(value) { this.textContent = value ?? ''; }
  get defaultValue() { return this.textContent; }
  set defaultValue(value) { this.textContent = value; }
  get textLength() { return this.value.length; }
}
reflect(HTMLTextAreaElement, ['placeholder']);
reflectNumber(HTMLTextAreaElement, ['rows'], 2);
reflectNumber(HTMLTextAreaElement, ['cols'], 20);
reflectSwitch(HTMLTextAreaElement, [['readOnly', 'readonly']]);

class HTMLSelectElement extends HTMLControlElement {
  get type() { return this.multiple ? 'select-multiple' : 'select-one'; }
  get options() { return collection(this, 'options', () => [...this.querySelectorAll('option')]); }
  get length() { return this.options.length; }
  get selectedOptions() { return collection(this, 'selectedOptions', () => [...this.querySelectorAll('option:checked')]); }
  get selectedIndex() { return [...this.options].findIndex((option) => option.selected); }
  set selectedIndex(index) { [...this.options].forEach((option, at) => option.toggleAttribute('selected', at === index)); }
  get value() { return [...this.options].find((option) => option.selected)?.value ?? ''; }
  set value(value) { this.selectedIndex = [...this.options].findIndex((option) => option.value === text(value)); }
  item(index) { return this.options.item(index); }
  add(option, before = null) { insert(before === null ? this : before.parentNode, option, before); }
}
reflectNumber(HTMLSelectElement, ['size'], 0);

class HTMLOptionElement extends HTMLElement {
  get text() { return this.textContent.replace(/[\t\n\f\r ]+/g, ' ').trim(); }
  set text(value) { this.textContent = value; }
  get value() { return this.getAttribute('value') ?? this.text; }
  set value(value) { this.setAttribute('value', value); }
  get label() { return this.getAttribute('label') ?? this.text; }
  set label(value) { this.setAttribute('label', value); }
  get selected() { return this.matches(':checked'); }
  set selected(value) { this.toggleAttribute('selected', Boolean(value)); }
  get index() { const list = this.closest('select'); return list === null ? 0 : [...list.options].indexOf(this); }
  get form() { return this.closest('form'); }
}
reflectSwitch(HTMLOptionElement, ['disabled', ['defaultSelected', 'selected']]);

class HTMLOptGroupElement extends HTMLElement {}
reflect(HTMLOptGroupElement, ['label']);
reflectSwitch(HTMLOptGroupElement, ['disabled']);

class HTMLLabelElement extends HTMLElement {
  get control() {
    const named = this.getAttribute('for');
    return named === null ? this.querySelector('button, input, meter, output, progress, select, textarea') : document.getElementById(named);
  }
}
reflect(HTMLLabelElement, [['htmlFor', 'for']]);

class HTMLTableElement extends HTMLElement {
  // Those of the head come first and those of the foot last, wherever they stand.
  get rows() {
    return collection(this, 'rows', () => {
      const rowsIn = (name) => childrenOf(this, name).flatMap((section) => childrenOf(section, 'tr'));
      const between = childrenOf(this, 'tr', 'tbody').flatMap((child) => (child.localName === 'tr' ? [child] : childrenOf(child, 'tr')));
      return [...rowsIn('thead'), ...between, ...rowsIn('tfoot')];
    });
  }
  get tBodies() { return collection(this, 'tBodies', () => childrenOf(this, 'tbody')); }
  get tHead() { return childrenOf(this, 'thead')[0] ?? null; }
  get tFoot() { return childrenOf(this, 'tfoot')[0] ?? null; }
  get caption() { return childrenOf(this, 'caption')[0] ?? null; }
  createCaption() { return this.caption ?? made(this, 'caption', this.firstChild); }
  createTHead() { return this.tHead ?? made(this, 'thead', childrenOf(this, 'tbody', 'tfoot', 'tr')[0] ?? null); }
  createTFoot() { return this.tFoot ?? made(this, 'tfoot', null); }
  createTBody() { return made(this, 'tbody', this.tBodies[this.tBodies.length - 1]?.nextSibling ?? null); }
  deleteCaption() { this.caption?.remove(); }
  deleteTHead() { this.tHead?.remove(); }
  deleteTFoot() { this.tFoot?.remove(); }
  insertRow(index = -1) {
    const body = () => this.tBodies[this.tBodies.length - 1] ?? this.createTBody();
    return madeAt(this, 'tr', index, this.rows, this.rows.length === 0 ? body() : this);
  }
  deleteRow(index) { removedAt(index, this.rows); }
}

class HTMLTableSectionElement extends HTMLElement {
  get rows() { return collection(this, 'rows', () => childrenOf(this, 'tr')); }
  insertRow(index = -1) { return madeAt(this, 'tr', index, this.rows); }
  deleteRow(index) { removedAt(index, this.rows); }
}

class HTMLTableRowElement extends HTMLElement {
  get cells() { return collection(this, 'cells', () => childrenOf(this, 'td', 'th')); }
  get rowIndex() { const table = this.closest('table'); return table === null ? -1 : [...table.rows].indexOf(this); }
  get sectionRowIndex() { return this.parentNode === null ? -1 : childrenOf(this.parentNode, 'tr').indexOf(this); }
  insertCell(index = -1) { return madeAt(this, 'td', index, this.cells); }
  deleteCell(index) { removedAt(index, this.cells); }
}

class HTMLTableCellElement extends HTMLElement {
  get cellIndex() { return tagOf(this.parentNode) === 'tr' ? childrenOf(this.parentNode, 'td', 'th').indexOf(this) : -1; }
}
reflect(HTMLTableCellElement, ['headers', 'scope', 'abbr', 'align']);
reflectNumber(HTMLTableCellElement, ['colSpan', 'rowSpan'], 1);

class HTMLOListElement extends HTMLElement {}
reflect(HTMLOListElement, ['type']);
reflectNumber(HTMLOListElement, ['start'], 1);
reflectSwitch(HTMLOListElement, ['reversed']);

class HTMLLIElement extends HTMLElement {}
reflectNumber(HTMLLIElement, ['value'], 0);

class HTMLQuoteElement extends HTMLElement {}
reflectAddress(HTMLQuoteElement, 'cite');

class HTMLTimeElement extends HTMLElement {}
reflect(HTMLTimeElement, ['dateTime']);

class HTMLDetailsElement extends HTMLElement {}
reflectSwitch(HTMLDetailsElement, ['open']);

class HTMLDataElement extends HTMLElement {}
reflect(HTMLDataElement, ['value']);

for (const [names, Class] of [
  ['form', HTMLFormElement], ['input', HTMLInputElement], ['button', HTMLButtonElement], ['textarea', HTMLTextAreaElement],
  ['select', HTMLSelectElement], ['option', HTMLOptionElement], ['optgroup', HTMLOptGroupElement], ['label', HTMLLabelElement],
  ['fieldset', HTMLControlElement], ['table', HTMLTableElement], ['thead tbody tfoot', HTMLTableSectionElement],
  ['tr', HTMLTableRowElement], ['td th', HTMLTableCellElement], ['ol', HTMLOListElement], ['li', HTMLLIElement],
  ['blockquote q', HTMLQuoteElement], ['time', HTMLTimeElement], ['details dialog', HTMLDetailsElement], ['data', HTMLDataElement],
]) {
  for (const name of names.split(' ')) elementClasses.set(name, Class);
}
