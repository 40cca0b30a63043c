// Opens a copy of the site in Chromium, from a plain web server below a path and from files: every page of a walk is there
// with its style, asks for nothing that is missing, and says nothing on the console.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [folder, base, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const faults = [];
let opened = 0;

function expect(holds, what) {
  if (!holds) faults.push(what);
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

/** Follows links of the copy from its start, at most so many pages of each kind, and looks at each page. */
async function walk(start, mostOfAKind) {
  // Scripts of the test run beside those of the page, so that the page's own policy holds.
  const page = await (await browser.newContext({ locale: 'fr-FR', viewport: { width: 1280, height: 900 } })).newPage();
  page.on('console', (message) => message.type() === 'error' && faults.push(`${page.url()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`a script failed on ${page.url()}: ${error}`));
  // An icon is asked for last, and given up where the walk goes on at once.
  const isGivenUp = (request) => request.failure()?.errorText === 'net::ERR_ABORTED';
  page.on('requestfailed', (request) => expect(isGivenUp(request), `${page.url()} cannot get ${request.url()}`));
  page.on('response', (answer) => expect(answer.status() < 400, `${page.url()} asks for ${answer.url()}: ${answer.status()}`));
  page.on('request', (request) => expect(/^data:/.test(request.url()) || request.url().startsWith(start.replace(/index\.html$/, '')), `${page.url()} asks for ${request.url()}`));
  await page.goto(start);
  await page.waitForURL('**/fr/index.html');
  const root = start.replace(/index\.html$/, '');
  const seen = new Set();
  const kinds = new Map();
  const unread = [page.url()];
  while (unread.length > 0) {
    const address = unread.shift();
    const kind = address.slice(root.length).replace(/[0-9a-f]{40}/, 'ID').replace(/^(fr|en)\/(services|terms-types)\/.*/, '$1/$2/X');
    if (seen.has(address) || (kinds.get(kind) ?? 0) >= mostOfAKind) continue;
    seen.add(address);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    await page.goto(address);
    opened += 1;
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background !== 'rgba(0, 0, 0, 0)', `${address} has no style`);
    const links = await page.$$eval('a[href]', (all) => all.map((link) => link.href.baseVal ?? link.href));
    const absolute = links.map((link) => new URL(link, address).href.split('#')[0]);
    unread.push(...absolute.filter((link) => link.startsWith(root) && link.endsWith('.html')));
  }
  return page;
}

/** What only a copy has: a search among what is known, and feeds that are files. */
async function useCopy(page, root) {
  await page.goto(`${root}en/index.html`);
  await page.locator('.masthead input[type=search]').fill('lumio');
  await page.locator('.masthead button').click();
  await page.waitForURL('**/en/search.html?q=lumio');
  const rows = page.locator('#found tbody tr:visible');
  expect(await rows.count() > 2, 'a search finds terms and changes');
  expect((await rows.allTextContents()).every((row) => /lumio/i.test(row)), 'a search finds nothing else');
  await rows.last().locator('td a').click();
  await page.waitForURL('**/en/changes/*.html');
  await page.waitForLoadState('load');
  await page.keyboard.press('n');
  const isThere = await page.waitForURL(/#c1$/, { timeout: 5_000 }).then(() => true, () => false);
  expect(isThere, `n goes to the first change of a copy: ${page.url()}`);
}

async function lookClosely(root) {
  for (const [theme, width] of [['light', 360], ['dark', 360], ['light', 1440], ['dark', 1440]]) {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 }, bypassCSP: true });
    const page = await context.newPage();
    for (const path of ['en/search.html', 'fr/subscribe.html', 'fr/search.html', '404.html', 'en/services/Lumio/Privacy_Policy.html']) {
      await page.goto(root + path);
      const name = `copy-${path.replace(/[^a-z]+/gi, '-')}-${width}-${theme}`;
      if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow <= 0, `${name} is ${overflow} px too wide`);
      await page.evaluate(axe);
      const found = await page.evaluate((rules) => axe.run({ runOnly: rules }), RULES);
      for (const violation of found.violations) {
        faults.push(`${name}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
      }
    }
    await context.close();
  }
}

await useCopy(await walk(`${base}/index.html`, 12), `${base}/`);
await lookClosely(`${base}/`);
await useCopy(await walk(`file://${folder}/index.html`, 3), `file://${folder}/`);
await browser.close();
for (const fault of [...new Set(faults)]) console.error(`fault: ${fault}`);
console.log(`${opened} pages of a copy, over HTTP and from files: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
