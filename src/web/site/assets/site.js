// Makes reading quicker where scripts run. Every page says the same without.

const KEYS = 'fineprint-keys';
const changes = [...document.querySelectorAll('.block[id]')];
let current = -1;

// Some browsers keep nothing for a page; then keys are on.
function areKeysOn() {
  try {
    return localStorage.getItem(KEYS) !== 'off';
  } catch {
    return true;
  }
}

function switchKeys(on) {
  try {
    localStorage.setItem(KEYS, on ? 'on' : 'off');
  } catch { /* they stay as they are */ }
  showKeys();
}

function showKeys() {
  for (const box of document.querySelectorAll('[data-shortcuts]')) box.checked = areKeysOn();
  for (const key of document.querySelectorAll('button kbd')) key.hidden = !areKeysOn();
}

function goTo(index) {
  if (changes.length === 0) return;
  changes[current]?.classList.remove('current');
  current = (index + changes.length) % changes.length;
  const block = changes[current];
  block.classList.add('current');
  block.focus({ preventScroll: true });
  block.scrollIntoView({ block: 'center' });
  history.replaceState(null, '', `#${block.id}`);
}

function step(by) {
  goTo(current < 0 && by < 0 ? changes.length - 1 : current + by);
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

const actions = {
  n: () => step(1),
  p: () => step(-1),
  '/': () => document.querySelector('.masthead input[type=search]')?.focus(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !areKeysOn()) return;
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});

const isRead = changes.length > 0;
for (const part of document.querySelectorAll('[data-keys]')) part.hidden = !isRead && part.querySelector('[data-step]');
for (const box of document.querySelectorAll('[data-shortcuts]')) {
  box.addEventListener('change', () => switchKeys(box.checked));
}
showKeys();

for (const button of document.querySelectorAll('[data-step]')) {
  button.addEventListener('click', () => step(Number(button.dataset.step)));
}
for (const stroke of document.querySelectorAll('[data-to]')) {
  stroke.addEventListener('click', () => goTo(changes.findIndex((block) => block.id === stroke.dataset.to)));
}
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

function passage() {
  const id = location.hash.slice(1);
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

// Of a long text, the part that holds the passage named by the address. It is asked for once, since it may be nowhere.
function goToPart() {
  const id = passage();
  const asked = new URLSearchParams(location.search).get('passage');
  if (!id || id === asked || document.getElementById(id)) return;
  location.replace(`?passage=${encodeURIComponent(id)}${location.hash}`);
}

if (document.querySelector('[data-parts]')) {
  goToPart();
  addEventListener('hashchange', goToPart);
}

// While the address names a passage, references lead to it.
const references = [...document.querySelectorAll('#cite p, #cite code')].map((reference) => [reference, reference.textContent]);

function citePassage() {
  const id = passage();
  const isRead = id && document.getElementById(id)?.closest('.text');
  const asked = document.querySelector('[data-parts]') ? `?passage=${encodeURIComponent(id)}` : '';
  const way = isRead ? asked + location.hash : '';
  for (const [reference, text] of references) {
    reference.textContent = text.replace(/versions\/[0-9a-f]{40}(\.html)?/g, (address) => address + way);
  }
}

if (references.length > 0) {
  citePassage();
  addEventListener('hashchange', citePassage);
}

// An address that names a change begins there.
const named = changes.findIndex((block) => `#${block.id}` === location.hash);
if (named >= 0) goTo(named);

for (const bar of document.querySelectorAll('[data-filter]')) {
  const rows = [...document.querySelectorAll(`#${bar.dataset.filter} tbody tr, #${bar.dataset.filter} label`)];
  const input = bar.querySelector('input');
  const filter = () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  };
  bar.hidden = false;
  input.addEventListener('input', filter);
  // In a copy without a server, a search is a filter.
  const asked = new URLSearchParams(location.search).get(bar.dataset.asked);
  if (asked) {
    input.value = asked;
    filter();
  }
}

// The start of a copy without a server leads to the reader's language.
const start = document.querySelector('[data-languages]');
if (start) {
  const link = (tag) => start.querySelector(`[hreflang="${tag.split('-')[0]}"]`);
  location.replace((navigator.languages.map(link).find(Boolean) ?? start.querySelector('a')).href);
}

// Where time does not fit, the latest is seen first, unless names would be out of sight.
for (const drawing of document.querySelectorAll('.drawing:not(:has(.name))')) drawing.scrollLeft = drawing.scrollWidth;

// Marks in the contents which part of the text is being read.
const entries = new Map([...document.querySelectorAll('.contents a')].map((link) => [link.hash.slice(1), link]));
if (entries.size > 0) {
  const watch = new IntersectionObserver((seen) => {
    const first = seen.find((entry) => entry.isIntersecting);
    if (!first) return;
    for (const link of entries.values()) link.removeAttribute('aria-current');
    entries.get(first.target.id)?.setAttribute('aria-current', 'true');
  }, { rootMargin: '0px 0px -70% 0px' });
  for (const id of entries.keys()) {
    const heading = document.getElementById(decodeURIComponent(id));
    if (heading) watch.observe(heading);
  }
}
