import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ExpectedError } from './expected-error.mjs';
import { root } from './root.mjs';
import { startCollector } from './screenshots/collector.mjs';
import { startDemo } from './screenshots/demo.mjs';
import { toPalettePng } from './screenshots/palette-png.mjs';
import { sendRequests } from './screenshots/requests.mjs';
import { screensOf } from './screenshots/screens.mjs';

const FOLDER = join(root, 'docs/images/panel');
const VIEWPORT = { width: 1280, height: 800 };

/** Values that change with every second are drawn when everything has come in. */
const SETTLE_MS = 600;

/**
 * `node scripts/screenshots.mjs`: pictures of every screen of the panel, dark and light, from the demo.
 * `CHROMIUM` names another browser than that of the system.
 */
const collector = await startCollector();
let demo;
let browser;
try {
  demo = await startDemo({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  });
  const sent = await sendRequests(demo.url);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
  });
  await mkdir(FOLDER, { recursive: true });
  for (const colorScheme of ['dark', 'light']) await takeAll(colorScheme, sent);
  sent.end();
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser?.close();
  await demo?.stop();
  await collector.close();
}

async function takeAll(colorScheme, sent) {
  const context = await browser.newContext({ viewport: VIEWPORT, colorScheme });
  const studio = await context.newPage();
  for (const { name, hash, prepare } of screensOf(sent)) {
    const page = await context.newPage();
    await page.goto(`${demo.url}/_otel${hash}`);
    await prepare(page);
    await page.mouse.move(0, VIEWPORT.height);
    await page.waitForTimeout(SETTLE_MS);
    const picture = await toPalettePng(studio, await page.screenshot());
    const file = `${name}-${colorScheme}.png`;
    await writeFile(join(FOLDER, file), picture);
    console.log(`${file.padEnd(28)} ${Math.round(picture.length / 1024)} kB`);
    await page.close();
  }
  await context.close();
}
