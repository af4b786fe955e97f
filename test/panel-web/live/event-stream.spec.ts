import { describe, expect, it } from 'vitest';
import { EventStreamReader } from '../../../libs/panel-web/src/live/event-stream.js';

describe('EventStreamReader', () => {
  it('puts together what comes in pieces', () => {
    const reader = new EventStreamReader();
    expect(reader.read('event: ti')).toEqual([]);
    expect(reader.read('ck\nid: 4\ndata: {"a":')).toEqual([]);
    expect(reader.read('1}\n\nevent: resync\ndata:\n\n')).toEqual([
      { kind: 'event', name: 'tick', data: '{"a":1}' },
      { kind: 'event', name: 'resync', data: '' },
    ]);
  });

  it('takes an event without data for an event, and a comment for a sign of life', () => {
    const reader = new EventStreamReader();
    expect(reader.read('event: resync\n\n: still here\n\n')).toEqual([
      { kind: 'event', name: 'resync', data: '' },
      { kind: 'heartbeat' },
    ]);
  });

  it('understands the line ends of Windows, also cut in two', () => {
    const reader = new EventStreamReader();
    expect(reader.read('data: one\r\ndata: two\r\n\r')).toEqual([]);
    expect(reader.read('\n')).toEqual([{ kind: 'event', name: 'message', data: 'one\ntwo' }]);
  });
});
