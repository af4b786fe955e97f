import { extname } from 'node:path';
import { ExpectedError } from './expected-error.mjs';

/** Gzipped kilobytes: what the browser fetches before it shows the list, and all there is. */
const FIRST_LOAD_KB = 60;
const IN_ALL_KB = 100;

/** What the Content-Security-Policy of the panel would block, or what would name a host. */
const FORBIDDEN_IN_HTML = /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//i;
const FORBIDDEN_IN_JS = /\beval\(|\bnew Function\(|createElement\([`"']style[`"']\)/;

const NAMED_IN_HTML = /(?:src|href)="\.\/([\w.-]+)"/g;
const IMPORTED = /\b(?:from|import)\s*[`"']\.\/([\w.-]+)[`"']/g;
const IMPORTED_LATER = /\bimport\(\s*[`"']\.\/([\w.-]+)[`"']\s*\)/g;

/** Throws where the panel could not be served or is too large. Returns its kilobytes. */
export function checkPanel(files) {
  const byName = new Map(files.map((file) => [file.name, file]));
  const count = (ending) => files.filter(({ name }) => extname(name) === ending).length;
  if (count('.html') !== 1 || count('.css') !== 1 || count('.js') === 0) {
    throw new ExpectedError(`The panel has to be one page, one style and scripts: ${names(files)}`);
  }
  for (const file of files) checkContent(file);
  const first = reached(byName, ['index.html'], [NAMED_IN_HTML, IMPORTED]);
  const all = reached(byName, ['index.html'], [NAMED_IN_HTML, IMPORTED, IMPORTED_LATER]);
  const lost = files.filter((file) => !all.has(file));
  if (lost.length > 0) throw new ExpectedError(`Nothing of the panel loads ${names(lost)}.`);
  const firstLoad = kilobytesOf([...first]);
  const inAll = kilobytesOf(files);
  limit('The panel begins with', firstLoad, FIRST_LOAD_KB);
  limit('The panel has', inAll, IN_ALL_KB);
  return { firstLoad, inAll };
}

function checkContent({ name, content }) {
  if (name.endsWith('.html') && FORBIDDEN_IN_HTML.test(content)) {
    throw new ExpectedError(`${name} has something inline, or a URL with a host.`);
  }
  if (name.endsWith('.js') && FORBIDDEN_IN_JS.test(content)) {
    throw new ExpectedError(`${name} does what the Content-Security-Policy of the panel forbids.`);
  }
}

/** The files that are loaded with these, one leading to the next. */
function reached(byName, from, patterns) {
  const found = new Set();
  const open = [...from];
  for (const name of open) {
    const file = byName.get(name);
    if (file === undefined) throw new ExpectedError(`The panel loads ${name}, which there is not.`);
    if (found.has(file)) continue;
    found.add(file);
    for (const pattern of patterns) {
      for (const [, next] of file.content.matchAll(pattern)) open.push(next);
    }
  }
  return found;
}

function limit(what, size, most) {
  if (size > most) {
    throw new ExpectedError(`${what} ${size} kB gzipped; more than ${most} is too much.`);
  }
}

function kilobytesOf(files) {
  const bytes = files.reduce((sum, { gzip }) => sum + Buffer.byteLength(gzip, 'base64'), 0);
  return Math.round(bytes / 100) / 10;
}

function names(files) {
  return files.map(({ name }) => name).join(', ');
}
