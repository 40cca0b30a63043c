// Walks through the site in Chromium, and looks at every kind of page with axe-core.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [site, htmlFolder, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const MOST_BYTES = 60_000;
const MOST_BYTES_OF_STYLE_AND_SCRIPT = 30_000;
const faults = [];

function expect(holds, what) {
  if (!holds) faults.push(what);
}

mkdirSync(htmlFolder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

async function pageIn(theme, width) {
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`a script failed on ${page.url()}: ${error}`));
  page.on('request', (request) => expect(request.url().startsWith(site), `${page.url()} asks for ${request.url()}`));
  return page;
}

// A walk: find a service, read its last change, go through it by keyboard, search a phrase, build a feed.
const walk = await pageIn('light', 1280);
await walk.goto(`${site}/en/services`);
await walk.locator('[data-filter] input').fill('lumio');
expect(await walk.locator('#services tbody tr:visible').count() === 1, 'the filter of services leaves one row');
await walk.getByRole('link', { name: 'Lumio', exact: true }).click();
await walk.getByRole('link', { name: /^Read the change/ }).first().click();
const change = walk.url();
await walk.keyboard.press('n');
expect(walk.url().endsWith('#c1'), `n goes to the first change: ${walk.url()}`);
await walk.keyboard.press('p');
expect(/#c\d+$/.test(walk.url()), 'p goes to a change');
expect(await walk.locator('.block.current').count() === 1, 'one change is the current one');
await walk.locator('.masthead input[type=search]').fill('liability');
await walk.locator('.masthead button').click();
expect(await walk.locator('mark').count() > 0, 'a search marks what it found');
await walk.goto(`${site}/en/subscribe`);
await walk.locator('select[name=service]').selectOption({ label: 'Lumio' });
await walk.locator('main form button').click();
const feed = await walk.locator('dd a').first().getAttribute('href');
const fed = await (await fetch(feed)).text();
expect(fed.startsWith('<?xml') && fed.includes('<entry>'), `the feed that was built has entries: ${feed}`);
await walk.goto(`${site}/fr`);
expect(await walk.getAttribute('html', 'lang') === 'fr', 'French pages say so');

await walk.goto(`${site}/en/services/Lumio`);
const version = change.replace('/changes/', '/versions/').replace(/[?#].*/, '');
const paths = ['', '/changes', '/services', '/services/Lumio', '/services/Lumio/Privacy%20Policy', '/terms-types',
  '/terms-types/Privacy%20Policy', '/subscribe', '/status', '/about', '/search?q=data', '/nothing',
  change.replace(`${site}/en`, '').replace(/#.*/, ''), `${change.replace(`${site}/en`, '').replace(/#.*/, '')}?view=sides&whole=1`,
  version.replace(`${site}/en`, '')];

for (const theme of ['light', 'dark']) {
  for (const width of [360, 768, 1440]) {
    const page = await pageIn(theme, width);
    for (const [at, path] of paths.entries()) {
      const language = at % 2 ? 'fr' : 'en';
      await page.goto(`${site}/${language}${path}`);
      const name = `${path.replace(/[^a-z]+/gi, '-').slice(0, 40) || 'home'}-${language}-${width}-${theme}`;
      if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow <= 0, `${name} is ${overflow} px too wide`);
      if (width === 768) continue;
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      for (const violation of found.violations) {
        faults.push(`${name}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
      }
    }
    await page.context().close();
  }
}

async function weight(path) {
  return (await (await fetch(`${site}${path}`)).arrayBuffer()).byteLength;
}

const start = await (await fetch(`${site}/en`)).text();
const files = [...start.matchAll(/\/assets\/[^"]+/g)].map((match) => match[0]);
let own = 0;
for (const file of files) own += await weight(file);
expect(own <= MOST_BYTES_OF_STYLE_AND_SCRIPT, `style and script are ${own} bytes`);
for (const [at, path] of paths.entries()) {
  const body = await (await fetch(`${site}/en${path}`)).text();
  writeFileSync(`${htmlFolder}/${at}.html`, body);
  const zipped = (await import('node:zlib')).gzipSync(body).byteLength;
  if (!path.startsWith('/changes/')) expect(zipped + own <= MOST_BYTES, `${path} is ${zipped + own} bytes`);
}

await browser.close();
for (const fault of [...new Set(faults)]) console.error(`fault: ${fault}`);
console.log(`${paths.length} pages in two themes at three widths: ${faults.length} faults; style and script ${own} bytes`);
process.exit(faults.length ? 1 : 0);
