import { dirname, isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackFrame } from '../contract/index.js';

const MAX_FRAMES = 100;
const MAX_LINE = 1_000;
const PACKAGES = /[\\/]node_modules[\\/]/;

/** A frame with the function it is in. */
export interface ParsedFrame {
  readonly frame: StackFrame;
  readonly method: string | undefined;
}

/** Reads a stack as V8 writes it; what is above the first frame is the message. */
export function parseStack(stack: string): readonly ParsedFrame[] {
  const frames: ParsedFrame[] = [];
  for (const line of stack.split('\n', 10 * MAX_FRAMES)) {
    const text = line.trim().slice(0, MAX_LINE);
    if (!text.startsWith('at ')) continue;
    frames.push(parseFrame(text));
    if (frames.length >= MAX_FRAMES) break;
  }
  return frames;
}

/** The topmost frame of the application itself. */
export function topInApp(frames: readonly ParsedFrame[]): ParsedFrame | undefined {
  return frames.find(({ frame }) => frame.inApp);
}

/** `at async OrdersService.place (file:///app/src/orders.service.ts:41:11)`; no part is sure to be there. */
function parseFrame(text: string): ParsedFrame {
  const open = text.endsWith(')') ? text.lastIndexOf(' (') : -1;
  const place = open === -1 ? text.slice(3) : text.slice(open + 2, -1);
  const method = open === -1 ? '' : text.slice(3, open).replace(/^async /, '');
  const position = positionIn(place.replace(/^async /, ''));
  const inApp = position.file !== undefined && isInApp(position.file);
  return { frame: { text, ...position, inApp }, method: method === '' ? undefined : method };
}

function positionIn(place: string): { file?: string; line?: number; column?: number } {
  const found = /:(\d{1,9}):(\d{1,9})$/.exec(place);
  if (found === null) return {};
  const file = toPath(place.slice(0, found.index));
  return file === undefined ? {} : { file, line: Number(found[1]), column: Number(found[2]) };
}

function toPath(place: string): string | undefined {
  if (place.startsWith('file://')) {
    try {
      return fileURLToPath(place);
    } catch {
      return undefined;
    }
  }
  return place === '' || place.includes('<anonymous>') ? undefined : place;
}

/** Of no package, not of Node, and not of nestrace, which stands between the methods it traces. */
function isInApp(file: string): boolean {
  const isFile = isAbsolute(file) || /^[a-z]:[\\/]/i.test(file);
  return isFile && !PACKAGES.test(file) && !(OWN !== undefined && file.startsWith(OWN));
}

/**
 * Where nestrace is, if it is linked and not installed. Bundled into the application it is where
 * the application is, which is not to be left out.
 */
const OWN = ownFolder();

function ownFolder(): string | undefined {
  try {
    const folder = dirname(ownFile());
    const at = folder.lastIndexOf(`${sep}nestrace${sep}`);
    const main = process.argv[1] ?? '';
    const own = at === -1 ? undefined : folder.slice(0, at + `${sep}nestrace${sep}`.length);
    return own === undefined || main.startsWith(own) ? undefined : own;
  } catch {
    return undefined;
  }
}

/** From a stack: `import.meta` keeps a module from being turned into CommonJS. */
function ownFile(): string {
  const [, line = ''] = (new Error('where').stack ?? '').split('\n');
  const place =
    /\(?((?:file:\/\/)?[^()]+?):\d+:\d+\)?$/.exec(line)?.[1]?.replace(/^\s*at\s+/, '') ?? '';
  return place.startsWith('file://') ? fileURLToPath(place) : place;
}
