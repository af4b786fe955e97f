import { describe, expect, it } from 'vitest';
import { isDataSource } from '../../../../libs/nestrace/src/edges/typeorm/typeorm-shapes.js';

const shape = { createQueryRunner: () => {}, initialize: () => {}, subscribers: [] };

describe('isDataSource', () => {
  it('knows a DataSource by what it can do', () => {
    expect(isDataSource(shape)).toBe(true);
    expect(isDataSource(Object.create(shape))).toBe(true);
  });

  it.each([
    undefined,
    null,
    'DataSource',
    42,
    () => {},
    {},
    { ...shape, createQueryRunner: undefined },
    { ...shape, initialize: true },
    { ...shape, subscribers: undefined },
  ])('takes nothing else for one: %s', (value) => {
    expect(isDataSource(value)).toBe(false);
  });

  it('survives an object that throws when it is looked at', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('do not look');
        },
      },
    );
    expect(isDataSource(hostile)).toBe(false);
  });
});
