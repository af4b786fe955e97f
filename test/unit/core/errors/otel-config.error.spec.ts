import { inspect } from 'node:util';
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

  it('says where in a file a value stands, and which places there are', () => {
    const inFile = { ...ratio, path: 'tracing.sampling.ratio', file: 'a.yaml', line: 3, column: 5 };
    expect(OtelConfigError.fromProblems([debug, inFile]).message.split('\n')).toEqual([
      '2 options are not valid in OtelModule.forRoot() and a.yaml:',
      "  debug = 'yes'",
      '    accepted: true or false',
      '  a.yaml:3:5 tracing.sampling.ratio = 2',
      '    accepted: a number from 0 to 1',
    ]);
    const broken = { ...inFile, path: '', shown: '', accepted: 'no YAML: x' };
    expect(OtelConfigError.fromProblems([broken]).message).toBe(
      'a.yaml cannot be used:\n  a.yaml:3:5\n    no YAML: x',
    );
    expect(OtelConfigError.fromProblems([ratio], 'the environment').message).toMatch(
      /^1 option is not valid in the environment:/,
    );
  });

  it('is printed once', () => {
    const printed = inspect(OtelConfigError.fromProblems([ratio]));
    expect(printed.split('sampling.ratio')).toHaveLength(2);
  });

  it('can be told apart by class, name and code', () => {
    const error = OtelConfigError.fromProblems([ratio]);
    expect(error).toBeInstanceOf(OtelError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('OtelConfigError');
    expect(error.code).toBe('config');
  });
});
