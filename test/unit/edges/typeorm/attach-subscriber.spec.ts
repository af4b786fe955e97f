import { describe, expect, it } from 'vitest';
import { attachSubscriber } from '../../../../libs/nestrace/src/edges/typeorm/attach-subscriber.js';
import { QuerySubscriber } from '../../../../libs/nestrace/src/edges/typeorm/query-subscriber.js';
import { dataSource } from '../../support/typeorm-doubles.js';

describe('attachSubscriber', () => {
  it('adds a subscriber behind those of the application', () => {
    const source = dataSource();
    const own = {};
    source.subscribers.push(own);
    attachSubscriber(source);
    expect(source.subscribers).toEqual([own, expect.any(QuerySubscriber)]);
  });

  it('adds one, however often it is called', () => {
    const source = dataSource();
    attachSubscriber(source);
    attachSubscriber(source);
    expect(source.subscribers).toHaveLength(1);
  });

  it('adds none where the application has listed it', () => {
    const source = dataSource();
    const listed = new QuerySubscriber();
    source.subscribers.push(listed);
    attachSubscriber(source);
    expect(source.subscribers).toEqual([listed]);
    source.subscribers = [];
    expect(source.subscribers).toEqual([]);
  });

  it('keeps the same subscriber when the list is replaced', () => {
    const source = dataSource();
    attachSubscriber(source);
    const [subscriber] = source.subscribers;
    const own = {};
    source.subscribers = [own];
    expect(source.subscribers).toEqual([own, subscriber]);
    expect(source.subscribers[1]).toBe(subscriber);
  });

  it('keeps out when the new list has one already', () => {
    const source = dataSource();
    attachSubscriber(source);
    const listed = new QuerySubscriber();
    source.subscribers = [listed];
    expect(source.subscribers).toEqual([listed]);
  });

  it('lets anything else be put in the place of the list', () => {
    const source = dataSource();
    attachSubscriber(source);
    Reflect.set(source, 'subscribers', undefined);
    expect(source.subscribers).toBeUndefined();
  });

  it('leaves the list visible and replaceable', () => {
    const source = dataSource();
    attachSubscriber(source);
    expect(Object.keys(source)).toContain('subscribers');
    expect(Object.getOwnPropertyDescriptor(source, 'subscribers')?.configurable).toBe(true);
  });
});
