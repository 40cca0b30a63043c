// Writes a collection full of what should not run, or reads it in Chromium and sees whether any of it does.
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';

const [task, vectorsFile, target] = process.argv.slice(2);
const vectors = readFileSync(vectorsFile, 'utf8').trimEnd().split('\n').map((line) => line.replaceAll('\\n', '\n'));
const places = [(v) => v, (v) => `# ${v}`, (v) => `*   ${v}`, (v) => `> ${v}`, (v) => `| a | ${v} |\n| --- | --- |\n| 1 | 2 |`,
  (v) => `[${v}](https://a.example/)`, (v) => `\`${v}\``, (v) => `**${v}** and more`];

if (task === 'collection') {
  const all = vectors.join(' ');
  const declaration = { name: all, terms: { 'Privacy Policy': { fetch: 'https://acme.example/', select: 'main' } } };
  mkdirSync(`${target}/declarations`);
  mkdirSync(`${target}/config`);
  writeFileSync(`${target}/declarations/Acme.json`, JSON.stringify(declaration));
  const storage = (name) => ({ storage: { type: 'git', git: { path: `./${name}` } } });
  const recorder = { versions: storage('versions'), snapshots: storage('snapshots') };
  writeFileSync(`${target}/config/default.json`, JSON.stringify({ '@opentermsarchive/engine': { recorder } }));
  const metadata = ['id: hostile', ...['name', 'tagline', 'description'].map((key) => `${key}: ${JSON.stringify(all)}`)];
  writeFileSync(`${target}/metadata.yml`, `${metadata.join('\n')}\n`);
  const texts = places.flatMap((place) => vectors.map(place));
  writeFileSync(`${target}/hostile.md`, `# Privacy\n\n${texts.join('\n\n')}\n`);
  console.log(`${texts.length} texts`);
} else {
  const { chromium } = await import('playwright-core');
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  const page = await browser.newPage();
  const ran = [];
  page.on('dialog', async (dialog) => {
    ran.push(`${dialog.type()} on ${page.url()}`);
    await dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(target)) ran.push(`${page.url()} asks for ${request.url()}`);
  });
  let seen = 0;
  const look = async (path) => {
    await page.goto(target + path);
    seen += 1;
    // What waits for a pointer or the focus gets both.
    await page.evaluate(() => {
      for (const element of document.querySelectorAll('main *')) {
        for (const name of ['mouseover', 'focus', 'toggle']) element.dispatchEvent(new Event(name));
      }
    });
  };
  for (const path of ['/en', '/en/changes', '/en/services', '/en/services/Acme', '/en/services/Acme/Privacy%20Policy',
    '/en/terms-types', '/en/terms-types/Privacy%20Policy', '/en/status', '/en/about', '/en/subscribe', '/en/compare',
    '/en/compare?service=Acme&type=Privacy%20Policy', '/en/services/Acmee']) await look(path);
  await page.goto(`${target}/en/services/Acme`);
  const change = await page.locator('a[href*="/changes/"]').first().getAttribute('href');
  for (const path of [change, `${change}?view=sides&whole=1`, change.replace('/changes/', '/versions/'),
    `${change.replace('/changes/', '/versions/')}/text.html`]) await look(path);
  for (const vector of vectors) {
    const asked = encodeURIComponent(vector);
    for (const path of ['search?q', 'changes?service', 'changes?since', 'subscribe?q', 'subscribe?service', 'compare?service']) {
      await look(`/en/${path}=${asked}`);
    }
    await look(`/en/services/${asked}`);
  }
  await browser.close();
  for (const what of [...new Set(ran)]) console.error(`ran: ${what}`);
  console.log(`${seen} pages with ${vectors.length * places.length} hostile texts in Chromium: ${ran.length} ran`);
  process.exit(ran.length ? 1 : 0);
}
