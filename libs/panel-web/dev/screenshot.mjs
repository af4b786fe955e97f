import { chromium } from 'playwright-core';

/**
 * `node libs/panel-web/dev/screenshot.mjs <out.png> <hash> [dark|light] [width] [height] [keys…]`: what a
 * screen of the mock server looks like. Keys are pressed one after the other before it is taken.
 */
const [out, hash = '#/traces', scheme = 'dark', width = '1280', height = '800', ...keys] =
  process.argv.slice(2);
const base = process.env.PANEL_URL ?? 'http://127.0.0.1:4399/';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const page = await browser.newPage({
  colorScheme: scheme,
  viewport: { width: Number(width), height: Number(height) },
});
page.on('pageerror', (error) => console.error('page:', error.message));
page.on('console', (message) => {
  if (message.type() === 'error') console.error('console:', message.text());
});
await page.goto(base + hash);
await page.waitForTimeout(1200);
for (const key of keys) await page.keyboard.press(key);
await page.waitForTimeout(300);
await page.screenshot({ path: out });
await browser.close();
