/** A key, or several that do the same, and what they do. */
export interface Shortcut {
  /** As in `KeyboardEvent.key`. */
  readonly keys: readonly string[];
  /** For the overlay: `Next row`. */
  readonly label: string;
  /** Heading in the overlay: `List`. */
  readonly group: string;
  /** Returns false when it has nothing to do: who registered earlier may take the key. */
  readonly run: (event: KeyboardEvent) => boolean | void;
}

const registered: (readonly Shortcut[])[] = [];
let singleKeys = true;

/** Who registers last is asked first. Returns what takes them away again. */
export function registerShortcuts(shortcuts: readonly Shortcut[]): () => void {
  registered.push(shortcuts);
  return () => {
    const index = registered.indexOf(shortcuts);
    if (index !== -1) registered.splice(index, 1);
  };
}

/** Those that are in force, for the overlay. */
export function activeShortcuts(): readonly Shortcut[] {
  return registered.flat();
}

/** People who speak to their computer must be able to switch letters off; arrows and Escape stay. */
export function allowSingleKeys(allowed: boolean): void {
  singleKeys = allowed;
}

/** Listens on the document. Returns what ends it. */
export function listenForShortcuts(): () => void {
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTextField(event.target)) return;
  if (event.key.length === 1 && !singleKeys) return;
  // Enter and space on a button or a link belong to that.
  if ((event.key === 'Enter' || event.key === ' ') && isControl(event.target)) return;
  for (const shortcut of registered.toReversed().flat()) {
    if (!shortcut.keys.includes(event.key)) continue;
    if (shortcut.run(event) === false) continue;
    event.preventDefault();
    return;
  }
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) {
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  }
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a[href], summary') !== null;
}
