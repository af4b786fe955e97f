import { ConsoleLogger } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { isLogMethod } from '../../../../../libs/nestrace/src/edges/autotrace/finding/logger-methods.js';

class Ledger {
  log(): void {}
  error(): void {}
  warn(): void {}
  balance(): void {}
}

class Fancy extends ConsoleLogger {}

class Auditor {
  log(): void {}
  get error(): never {
    throw new Error('called');
  }
}

describe('isLogMethod', () => {
  it('knows loggers by what Nest asks of them', () => {
    expect(isLogMethod(Ledger, 'log')).toBe(true);
    expect(isLogMethod(Fancy, 'debug')).toBe(true);
  });

  it('leaves everything else alone', () => {
    expect(isLogMethod(Ledger, 'balance')).toBe(false);
    expect(isLogMethod(Auditor, 'log')).toBe(false);
  });
});
