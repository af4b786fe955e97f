import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../../../libs/nestrace/src/edges/autotrace/entries/entry-of.js';

function entry(key: string, metadata: readonly string[] = []) {
  const method = function run(): void {};
  for (const one of metadata) Reflect.defineMetadata(one, 1, method);
  return entryOf({
    key,
    className: 'Owner',
    method,
    find: () => method,
    users: new Set(),
    planFor: () => undefined,
  });
}

describe('the entry a method is', () => {
  it('follows from its name', () => {
    expect(entry('canActivate')).toBeTypeOf('function');
    expect(entry('catch')).toBeTypeOf('function');
  });

  it.each(['SCHEDULER_TYPE', 'EVENT_LISTENER_METADATA'])('or from its metadata: %s', (key) => {
    expect(entry('run', [key])).toBeTypeOf('function');
  });

  it.each([[[]], [['path']], [['microservices:pattern']]])('is none for most: %j', (metadata) => {
    expect(entry('run', metadata)).toBeUndefined();
  });

  it('does nothing for an application that is closed', () => {
    expect(entry('run', ['SCHEDULER_TYPE'])?.({}, [])).toBeUndefined();
  });
});
