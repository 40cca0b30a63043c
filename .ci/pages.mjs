// Walks through the site in Chromium, and looks at every kind of page with axe-core.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const [site, htmlFolder, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const LANGUAGES = ['en', 'fr'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const MOST_BYTES = 60_000;
const MOST_BYTES_OF_STYLE_AND_SCRIPT = 30_000;
const faults = [];

function expect(holds, what) {
  if (!holds) faults.push(what);
}

mkdirSync(htmlFolder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

async function pageIn(theme, width, options = {}) {
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 }, bypassCSP: true, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`a script failed on ${page.url()}: ${error}`));
  page.on('request', (request) => expect(request.url().startsWith(site), `${page.url()} asks for ${request.url()}`));
  return page;
}

// Whether a page comes to an address: keys act a moment after they are pressed.
function reaches(page, address) {
  return page.waitForURL(address, { timeout: 5_000 }).then(() => true, () => false);
}

// A walk: find a service, read its last change, go through it by keyboard, search a phrase, build a feed.
const walk = await pageIn('light', 1280);
await walk.goto(`${site}/en/services`);
await walk.locator('[data-filter] input').fill('lumio');
expect(await walk.locator('#services tbody tr:visible').count() === 1, 'the filter of services leaves one row');
await walk.getByRole('link', { name: 'Lumio', exact: true }).click();
await walk.getByRole('link', { name: /^Read the change/ }).first().click();
await walk.waitForURL(/\/changes\//);
await walk.waitForLoadState('load');
const change = walk.url();
await walk.keyboard.press('n');
expect(await reaches(walk, /#c1$/), `n goes to the first change: ${walk.url()}`);
const last = await walk.locator('.block[id]').last().getAttribute('id');
await walk.keyboard.press('p');
expect(await reaches(walk, new RegExp(`#${last}$`)), `p goes from the first change to the last: ${walk.url()}`);
expect(await walk.locator('.block.current').count() === 1, 'one change is the current one');

// Keys can be switched off, and stay so.
await walk.goto(change);
await walk.locator('[data-shortcuts]').uncheck();
await walk.locator('h1').click();
await walk.keyboard.press('n');
await walk.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))));
expect(walk.url() === change, 'keys that are switched off do nothing');
await walk.reload();
expect(!(await walk.locator('[data-shortcuts]').isChecked()), 'it is remembered that keys are off');
await walk.getByRole('button', { name: /next change/ }).click();
expect(await reaches(walk, /#c1$/), 'buttons work without keys');
await walk.locator('[data-shortcuts]').check();

// A long text in parts, each a page with the script of the site: an address that names a passage leads to the part that
// holds it, also from the address of another part and on a page that is open; one that is nowhere leads nowhere.
const script = await walk.locator('script[src]').getAttribute('src');
await walk.route('**/en/parts*', (route) => {
  const asked = new URL(route.request().url()).searchParams.get('passage') ?? '';
  const id = ['s-one', 's-two', 's-zwölf'].includes(asked) ? asked : 's-one';
  const body = `<!doctype html><script src="${script}" defer></script><nav data-parts></nav><h2 id="${id}">${id}</h2>`;
  return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
});
await walk.goto(`${site}/en/parts?passage=s-one#s-two`);
expect(await reaches(walk, /passage=s-two#s-two$/), `a passage in another part is found: ${walk.url()}`);
await walk.evaluate(() => { location.hash = '#s-zwölf'; });
expect(await reaches(walk, /passage=s-zw%C3%B6lf#s-zw%C3%B6lf$/), `one that is named later, too: ${walk.url()}`);
for (const nowhere of ['s-nowhere', 'a&b#c', '%E0']) {
  await walk.evaluate((id) => { location.hash = `#${id}`; }, nowhere);
  expect(await reaches(walk, (url) => url.search === `?passage=${encodeURIComponent(nowhere)}`), `${nowhere} is asked for`);
  await walk.waitForTimeout(300);
  expect(new URL(walk.url()).search === `?passage=${encodeURIComponent(nowhere)}`, `${nowhere} is asked for once: ${walk.url()}`);
}

await walk.goto(`${site}/en/services`);
await walk.keyboard.press('Tab');
expect(await walk.evaluate(() => document.activeElement.classList.contains('skip')), 'the first stop leads to the text');
await walk.keyboard.press('Enter');
await walk.keyboard.press('Tab');
expect(await walk.evaluate(() => document.querySelector('main').contains(document.activeElement)),
  'after it, the keyboard is in the text');

await walk.locator('.masthead input[type=search]').fill('liability');
await walk.locator('.masthead button').click();
expect(await walk.locator('mark').count() > 0, 'a search marks what it found');
const phone = await pageIn('light', 360);
await phone.goto(`${site}/en/search?q=liability`);
expect(!(await phone.locator('main select').first().isVisible()), 'filters are folded where there is little room');
await phone.locator('.filters summary').click();
expect(await phone.locator('main select').first().isVisible(), 'one click shows the filters');
expect(await walk.locator('main select').first().isVisible(), 'filters are shown where there is room');
await walk.goto(`${site}/fr`);
expect(await walk.getAttribute('html', 'lang') === 'fr', 'French pages say so');

// A reference leads to the passage that the address names.
await walk.goto(change.replace('/changes/', '/versions/').replace(/[?#].*/, ''));
const version = walk.url();
const passage = await walk.locator('.text p[id]').last().getAttribute('id');
expect((await walk.locator('#cite p').textContent()).endsWith(`${version}.`), 'a reference leads to the version');
await walk.evaluate((id) => { location.hash = `#${id}`; }, passage);
await walk.waitForTimeout(100);
for (const form of ['p', 'details:nth-of-type(1) code', 'details:nth-of-type(2) code']) {
  expect((await walk.locator(`#cite ${form}`).textContent()).includes(`${version}#${passage}`), `${form} leads to the passage`);
}

// The same without scripts: a feed of two services, and a comparison of any two texts.
const plain = await pageIn('light', 1280, { javaScriptEnabled: false });
await plain.goto(`${site}/en/subscribe`);
await plain.locator('details.choose summary').first().click();
await plain.getByLabel('Lumio', { exact: true }).check();
await plain.getByLabel('Bramble', { exact: true }).check();
await plain.locator('main form button').click();
const feed = await plain.locator('dd a').first().getAttribute('href');
const fed = await (await fetch(feed)).text();
expect(feed.includes('service=Bramble&service=Lumio'), `both services are in the address: ${feed}`);
const entries = await walk.evaluate((text) => {
  const parsed = new DOMParser().parseFromString(text, 'application/xml');
  return [...parsed.querySelectorAll('feed > entry')].map((entry) => entry.querySelector('title, link[href]')?.textContent);
}, fed);
expect(entries.length > 0 && entries.every(Boolean), `the feed that was built has entries with titles: ${feed}`);
await plain.goto(`${site}/en/compare`);
await plain.locator('select[name=service]').selectOption({ label: 'Lumio' });
await plain.locator('main form button').first().click();
await plain.locator('select[name=type]').selectOption('Privacy Policy');
await plain.locator('main form button').first().click();
await plain.locator('select[name=from]').selectOption({ label: await plain.locator('select[name=from] option').last().textContent() });
await plain.locator('main form').nth(1).locator('button').click();
expect(/\/en\/compare\/[0-9a-f]{40}\/[0-9a-f]{40}$/.test(plain.url()), `two versions are compared: ${plain.url()}`);
expect(await plain.locator('ins, del').count() > 0, 'a comparison shows what differs');

const changed = change.replace(`${site}/en`, '').replace(/[?#].*/, '');
const paths = ['', '/changes', '/changes?kind=links', '/services', '/services/Lumio', '/services/Lumio/Privacy%20Policy',
  '/services/Bramble/Terms%20of%20Service', '/terms-types', '/terms-types/Privacy%20Policy', '/compare',
  '/compare?service=Lumio&type=Privacy%20Policy', '/subscribe', '/subscribe?service=Lumio&service=Bramble&kind=links',
  '/status', '/about', '/search', '/search?q=data', '/search?q=%22', '/nothing', '/services/Lumo', changed,
  `${changed}?view=sides&whole=1`, changed.replace('/changes/', '/versions/')];

// Every page in both languages: axe-core in both themes, no page too wide at any width.
for (const theme of ['light', 'dark']) {
  for (const width of [360, 768, 1440]) {
    const page = await pageIn(theme, width);
    for (const [at, path] of paths.entries()) {
      for (const language of LANGUAGES) {
        await page.goto(`${site}/${language}${path}`);
        const name = `${String(at).padStart(2, '0')}${path.replace(/[^a-z]+/gi, '-').slice(0, 40) || '-home'}-${language}-${width}-${theme}`;
        if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow <= 0, `${name} is ${overflow} px too wide`);
        // Between 360 and 1440 pixels a page flows differently, and has no other elements.
        if (width === 768) continue;
        await page.evaluate(axe);
        const found = await page.evaluate((rules) => axe.run({ runOnly: rules }), RULES);
        for (const violation of found.violations) {
          faults.push(`${name}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
        }
      }
    }
    await page.context().close();
  }
}

// On paper: the change with its marks, without what only works on a screen.
const paper = await pageIn('light', 800);
await paper.goto(change);
await paper.emulateMedia({ media: 'print' });
expect(!(await paper.locator('.masthead form').isVisible()), 'paper has no search');
expect(!(await paper.locator('.bar').first().isVisible()), 'paper has no buttons');
expect(await paper.locator('.printed').last().isVisible(), 'paper says where the page is');
const marks = await paper.locator('.comparison ins, .comparison del').first().evaluate((mark) => getComputedStyle(mark).textDecorationLine);
expect(['underline', 'line-through'].includes(marks), `marks are told apart on paper: ${marks}`);
if (shots) await paper.pdf({ path: `${shots}/change.pdf`, format: 'A4' });

async function weight(path) {
  return (await (await fetch(`${site}${path}`)).arrayBuffer()).byteLength;
}

const start = await (await fetch(`${site}/en`)).text();
const files = [...start.matchAll(/\/assets\/[^"]+\.(?:css|js)/g)].map((match) => match[0]);
let own = 0;
for (const file of files) own += await weight(file);
expect(own <= MOST_BYTES_OF_STYLE_AND_SCRIPT, `style and script are ${own} bytes`);
for (const [at, path] of paths.entries()) {
  for (const language of LANGUAGES) {
    const body = await (await fetch(`${site}/${language}${path}`)).text();
    writeFileSync(`${htmlFolder}/${at}-${language}.html`, body);
    const zipped = gzipSync(body).byteLength;
    if (!path.startsWith('/changes/')) expect(zipped + own <= MOST_BYTES, `${path} is ${zipped + own} bytes`);
  }
}

await browser.close();
for (const fault of [...new Set(faults)]) console.error(`fault: ${fault}`);
console.log(`${paths.length} pages in two languages, two themes and at three widths: ${faults.length} faults; style and script ${own} bytes`);
process.exit(faults.length ? 1 : 0);
