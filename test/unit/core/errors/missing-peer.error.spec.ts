import { describe, expect, it } from 'vitest';
import { MissingPeerError } from '../../../../libs/nestrace/src/core/errors/missing-peer.error.js';
import { OtelError } from '../../../../libs/nestrace/src/core/errors/otel.error.js';

describe('MissingPeerError', () => {
  it('names the option, the package and the command, and keeps the cause', () => {
    const cause = new Error('Cannot find package');
    const error = MissingPeerError.neededFor('The propagator "b3"', '@scope/b3', cause);
    expect(error).toBeInstanceOf(OtelError);
    expect(error.name).toBe('MissingPeerError');
    expect(error.code).toBe('missing_peer');
    expect(error.packageName).toBe('@scope/b3');
    expect(error.cause).toBe(cause);
    expect(error.message).toBe(
      'The propagator "b3" needs the package "@scope/b3", which could not be loaded. ' +
        'Install it with: npm install @scope/b3',
    );
  });
});
