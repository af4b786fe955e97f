/** On every subscriber of ours, whichever copy of the package it comes from. */
export const QUERY_SUBSCRIBER = Symbol.for('nestrace/query-subscriber');

export function isQuerySubscriber(subscriber: object): boolean {
  return QUERY_SUBSCRIBER in subscriber;
}
