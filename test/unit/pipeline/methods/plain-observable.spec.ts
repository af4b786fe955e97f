import { connectable, map, Observable, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { isPlainObservable } from '../../../../libs/nestrace/src/pipeline/methods/plain-observable.js';

describe('isPlainObservable', () => {
  it.each([
    ['an Observable', new Observable()],
    ['one that came out of a pipe', of(1).pipe(map(String))],
    ['one made of a Subject', new Subject().asObservable()],
  ])('takes %s', (_, value) => {
    expect(isPlainObservable(value)).toBe(true);
  });

  it.each([
    ['a Subject', new Subject()],
    ['one that can be connected', connectable(of(1))],
    ['one of a class of its own', new (class Feed extends Observable<number> {})()],
    ['one with properties of its own', Object.assign(new Observable(), { id: 7 })],
    ['something that can only be subscribed', { subscribe: () => {} }],
    ['a list', [1]],
  ])('leaves %s alone', (_, value) => {
    expect(isPlainObservable(value)).toBe(false);
  });
});
