import type { PanelFile } from './panel-files.js';

export type PanelFiles = Readonly<Record<string, PanelFile>>;

/**
 * The files of the browser, or undefined where nobody has built them. They are a module of their own,
 * so that bundled servers have them too, and loaded only where there is a panel.
 */
export async function loadPanelFiles(): Promise<PanelFiles | undefined> {
  try {
    const { files } = await import('./panel-files.js');
    return files['index.html'] === undefined ? undefined : files;
  } catch {
    return undefined;
  }
}
