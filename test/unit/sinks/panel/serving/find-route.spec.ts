import { describe, expect, it } from 'vitest';
import { findRoute } from '../../../../../libs/nestrace/src/sinks/panel/serving/find-route.js';

const ROUTES = [{ path: 'meta' }, { path: 'traces/:id' }, { path: 'traces/:id/sql' }];

describe('findRoute', () => {
  it.each([
    [['meta'], 'meta', {}],
    [['traces', 'abc'], 'traces/:id', { id: 'abc' }],
    [['traces', 'abc', 'sql'], 'traces/:id/sql', { id: 'abc' }],
  ])('finds %j', (segments, path, params) => {
    expect(findRoute(ROUTES, segments)).toEqual({ route: { path }, params });
  });

  it.each([[[]], [['other']], [['traces']], [['traces', 'a', 'b']], [['meta', 'more']]])(
    'finds nothing for %j',
    (segments) => {
      expect(findRoute(ROUTES, segments)).toBeUndefined();
    },
  );
});
