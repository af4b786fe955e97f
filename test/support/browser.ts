import { chromium, type Browser } from 'playwright-core';
import { findPrograms } from './databases/find-program.js';

/** Names under which the distributions install it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Nothing but the pages of the tests is to be loaded. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium as the system has it, or why there is none. */
export function findBrowser():
  | { readonly reason: string; readonly start?: undefined }
  | { readonly start: () => Promise<Browser>; readonly reason?: undefined } {
  for (const name of NAMES) {
    const executablePath = findPrograms([name], [])?.[name];
    if (executablePath === undefined) continue;
    return { start: () => chromium.launch({ executablePath, args: QUIET }) };
  }
  return { reason: 'Chromium is not installed (Debian: apt-get install chromium)' };
}
