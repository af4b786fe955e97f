import type { Attributes } from '@opentelemetry/api';
import { toAttributeValue, type ReadValue } from './read-value.js';

/** Longer ones are not names any more. */
export const MAX_KEY_LENGTH = 256;

/** Attributes up to a number; a name may be anything, `__proto__` too. */
export class AttributeBag {
  readonly values = Object.create(null) as Attributes;
  /** Attributes there was no room for. */
  dropped = 0;
  private count = 0;

  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.count >= this.limit;
  }

  set(key: string, value: ReadValue, maxLength: number): void {
    if (key.length > MAX_KEY_LENGTH) {
      this.dropped++;
      return;
    }
    if (this.values[key] === undefined) this.count++;
    this.values[key] = toAttributeValue(value, maxLength);
  }
}
