/**
 * Tells whoever waits for a better time that there is none: the application ends. An AbortSignal
 * would do as well, but V8 keeps the last one that was aborted, and all that listens to it, alive.
 */
export class Ending {
  private begun = false;
  private listeners: (() => void)[] = [];

  get hasBegun(): boolean {
    return this.begun;
  }

  /** Calls back once, when the end begins. */
  onBegin(listener: () => void): void {
    this.listeners.push(listener);
  }

  begin(): void {
    this.begun = true;
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}
