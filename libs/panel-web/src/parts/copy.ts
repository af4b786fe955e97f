import { announce } from '../state/announce.js';

/** False where the browser does not allow it: without https the clipboard is closed but on localhost. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    announce('Copied');
    return true;
  } catch {
    announce('The browser does not allow copying');
    return false;
  }
}
