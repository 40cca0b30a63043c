// Makes reading quicker where scripts run. Every page says the same without.

const changes = [...document.querySelectorAll('.block[id]')];
let current = -1;

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

if (changes.length > 0) {
  for (const keys of document.querySelectorAll('[data-keys]')) keys.hidden = false;
  for (const button of document.querySelectorAll('[data-step]')) {
    button.addEventListener('click', () => step(Number(button.dataset.step)));
  }
  for (const stroke of document.querySelectorAll('[data-to]')) {
    stroke.addEventListener('click', () => goTo(changes.findIndex((block) => block.id === stroke.dataset.to)));
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === 'n') step(1);
    if (event.key === 'p') step(-1);
  });
}

for (const bar of document.querySelectorAll('[data-filter]')) {
  const rows = [...document.querySelectorAll(`#${bar.dataset.filter} tbody tr`)];
  bar.hidden = false;
  bar.querySelector('input').addEventListener('input', (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
