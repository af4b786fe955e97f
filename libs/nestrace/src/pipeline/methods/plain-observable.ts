import { isObservable, type Observable } from 'rxjs';

/**
 * Whether another Observable can take the place of this one: it is nothing more than an Observable,
 * not a Subject, nor one with a `connect()`, nor of a class of its own. It is known by its shape,
 * since rxjs may be there more than once.
 */
export function isPlainObservable(value: object): value is Observable<unknown> {
  return (
    isObservable(value) &&
    Object.hasOwn(Object.getPrototypeOf(value) as object, 'lift') &&
    !('next' in value) &&
    Object.keys(value).every((name) => PARTS_OF_AN_OBSERVABLE.has(name))
  );
}

const PARTS_OF_AN_OBSERVABLE: ReadonlySet<string> = new Set(['_subscribe', 'source', 'operator']);
