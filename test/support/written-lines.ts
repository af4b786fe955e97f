import { Writable } from 'node:stream';

/** Where a logger writes lines of JSON in a test. */
export class WrittenLines extends Writable {
  readonly texts: string[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.texts.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line !== ''),
    );
    done();
  }

  /** The one line with this in it. */
  textWith(part: string): string {
    const found = this.texts.filter((line) => line.includes(part));
    if (found.length !== 1) {
      throw new Error(`${found.length} lines with "${part}":\n${this.texts.join('\n')}`);
    }
    return found[0] as string;
  }

  lineWith(part: string): Record<string, unknown> {
    return JSON.parse(this.textWith(part)) as Record<string, unknown>;
  }

  clear(): void {
    this.texts.length = 0;
  }
}
