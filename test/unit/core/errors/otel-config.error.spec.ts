import { describe, expect, it } from 'vitest';
import { OtelConfigError } from '../../../../libs/nestrace/src/core/errors/otel-config.error.js';
import { OtelError } from '../../../../libs/nestrace/src/core/errors/otel.error.js';

const ratio = { path: 'sampling.ratio', shown: '2', accepted: 'a number from 0 to 1' };
const debug = { path: 'debug', shown: "'yes'", accepted: 'true or false' };

describe('OtelConfigError', () => {
  it('lists every problem with path, value and what is accepted', () => {
    const error = OtelConfigError.fromProblems([ratio, debug]);
    expect(error.message).toBe(
      [
        '2 options are not valid in OtelModule.forRoot():',
        '  sampling.ratio = 2',
        '    accepted: a number from 0 to 1',
        "  debug = 'yes'",
        '    accepted: true or false',
      ].join('\n'),
    );
    expect(error.problems).toEqual([ratio, debug]);
  });

  it('speaks of one option when there is one', () => {
    const error = OtelConfigError.fromProblems([ratio]);
    expect(error.message).toMatch(/^1 option is not valid/);
  });

  it('can be told apart by class, name and code', () => {
    const error = OtelConfigError.fromProblems([ratio]);
    expect(error).toBeInstanceOf(OtelError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('OtelConfigError');
    expect(error.code).toBe('config');
  });
});
