import { meta } from '../state/meta.js';
import { preferences } from '../state/preferences.js';

/** These run or load something here instead of opening an editor. */
const REFUSED_SCHEMES = new Set(['javascript', 'data', 'blob', 'vbscript', 'file', 'about']);

/** A template such as `vscode://file/{path}:{line}`, made into the address of a place in the code. */
export function linkFor(
  template: string,
  file: string,
  line?: number,
  column?: number,
): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(template)?.[1]?.toLowerCase();
  if (scheme === undefined || REFUSED_SCHEMES.has(scheme)) return undefined;
  const path = absolutePath(file);
  if (path === undefined) return undefined;
  // With a slash in the template already, the one of the path would be the second.
  const joined = template.includes('/{path}') ? path.replace(/^\//, '') : path;
  return template
    .replaceAll('{path}', () => encodedPath(joined))
    .replaceAll('{line}', String(line ?? 1))
    .replaceAll('{column}', String(column ?? 1));
}

/** The same with the template this browser prefers, or else that of the server. */
export function editorLink(file: string | undefined, line?: number, column?: number) {
  const template = preferences.value.editor || (meta.value?.editor ?? '');
  return file === undefined ? undefined : linkFor(template, file, line, column);
}

/** Nothing in it may end the path, or begin another parameter. */
function encodedPath(path: string): string {
  return path
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/^([A-Za-z])%3A/, '$1:');
}

function absolutePath(file: string): string | undefined {
  if (file.startsWith('file://')) {
    try {
      return decodeURIComponent(new URL(file).pathname).replace(/^\/(?=[A-Za-z]:)/, '');
    } catch {
      return undefined;
    }
  }
  if (/^[A-Za-z]:[\\/]/.test(file)) return file.replaceAll('\\', '/');
  return file.startsWith('/') ? file : undefined;
}
