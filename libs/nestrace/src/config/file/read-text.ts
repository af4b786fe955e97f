import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Far more than anybody writes by hand; a log file named by mistake is not read. */
const MAX_BYTES = 1024 * 1024;

/** The text of a file, or what would have been one. */
export type FileText = { readonly text: string } | { readonly accepted: string };

export async function readText(name: string): Promise<FileText> {
  const path = resolve(name);
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return { accepted: `the path of a file, which ${path} is not` };
    if (stats.size > MAX_BYTES) {
      return { accepted: `a file of at most 1 MiB; ${path} has ${stats.size} bytes` };
    }
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) };
  } catch (error) {
    return { accepted: reason(error, path) };
  }
}

function reason(error: unknown, path: string): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `the path of a file; there is none at ${path}`;
  if (code === 'EACCES') return `a file this process may read, which ${path} is not`;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return `a file with text in UTF-8, which ${path} is not`;
  }
  return `a file that can be read; for ${path} it is refused with ${code ?? String(error)}`;
}
