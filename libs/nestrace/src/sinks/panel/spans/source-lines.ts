import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { BoundedMap } from '../../../core/bounded-map.js';
import { hideSecrets } from '../../../core/redaction/secret-values.js';
import type { StackFrame } from '../contract/index.js';

const AROUND = 4;
const MAX_FILE_BYTES = 512 * 1024;
const MAX_FILES = 20;
const MAX_LINE = 300;
/** Nothing but code: a stack may be made up, and name a file with secrets in it. */
const CODE = /\.[cm]?[jt]sx?$/;

const files = new BoundedMap<string, readonly string[] | undefined>(MAX_FILES);

/**
 * The lines around a place in the code of this application; undefined for whatever is not below the
 * folder the process was started in. Never throws.
 */
export function sourceLines(file: string, line: number): StackFrame['source'] | undefined {
  const lines = linesOf(file);
  if (lines === undefined || line < 1 || line > lines.length) return undefined;
  const first = Math.max(1, line - AROUND);
  return lines.slice(first - 1, line + AROUND).map((text, index) => ({
    line: first + index,
    text: hideSecrets(text.slice(0, MAX_LINE)).text,
  }));
}

function linesOf(file: string): readonly string[] | undefined {
  const known = files.get(file);
  if (known !== undefined) return known;
  const lines = readLines(file);
  if (lines !== undefined) files.set(file, lines);
  return lines;
}

function readLines(file: string): readonly string[] | undefined {
  try {
    if (!isAbsolute(file) || !CODE.test(file)) return undefined;
    // Links are followed first: one inside may lead outside.
    const path = realpathSync(file);
    if (!CODE.test(path) || !isOfApplication(path)) return undefined;
    const { size } = statSync(path);
    return size > MAX_FILE_BYTES ? undefined : readFileSync(path, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

function isOfApplication(path: string): boolean {
  const inside = relative(realpathSync(process.cwd()), path);
  if (inside === '' || isAbsolute(inside)) return false;
  const folders = inside.split(sep);
  return !folders.some((name) => name === '..' || name === 'node_modules' || name.startsWith('.'));
}
