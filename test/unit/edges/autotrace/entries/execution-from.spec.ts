import { describe, expect, it } from 'vitest';
import { executionFrom } from '../../../../../libs/nestrace/src/edges/autotrace/entries/execution-from.js';

function host(type: string): object {
  return { getType: () => type, getArgs: () => [], switchToRpc: () => ({}) };
}

describe('executionFrom', () => {
  it.each(['rpc', 'ws', 'graphql'])('knows an execution of %s', (type) => {
    const given = host(type);
    expect(executionFrom(given)).toBe(given);
  });

  it.each([[host('http')], [host('telegraf')], [{}], ['rpc'], [null], [undefined]])(
    'has nothing to do with %o',
    (given) => {
      expect(executionFrom(given)).toBeUndefined();
    },
  );

  it('calls nothing of what is no execution', () => {
    const license = {
      getType: () => {
        throw new Error('not meant for us');
      },
    };
    expect(executionFrom(license)).toBeUndefined();
  });
});
