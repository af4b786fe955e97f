import type { Writable } from 'node:stream';

const CHUNK = Buffer.alloc(16 * 1024, 0x20);

/** Writes as long as somebody reads. */
export function writeWithoutEnd(target: Writable): void {
  const write = (): void => {
    while (!target.destroyed && target.write(CHUNK));
  };
  target.on('drain', () => setImmediate(write));
  write();
}
