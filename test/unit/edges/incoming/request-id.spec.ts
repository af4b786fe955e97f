import { describe, expect, it } from 'vitest';
import { requestIdFrom } from '../../../../libs/nestrace/src/edges/incoming/request-id.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('requestIdFrom', () => {
  it.each(['1', 'a'.repeat(128), 'A-Z_0.9:/+=@', '01H8XGJWBWBAQ4'])('takes %s', (id) => {
    expect(requestIdFrom(id)).toBe(id);
  });

  it.each([
    undefined,
    '',
    'a'.repeat(129),
    'two words',
    'line\nbreak',
    'tab\t',
    'é',
    '<script>',
    'a,b',
    ['a', 'b'],
  ])('makes one of its own instead of %j', (id) => {
    expect(requestIdFrom(id)).toMatch(UUID);
  });

  it('makes a different one each time', () => {
    expect(requestIdFrom(undefined)).not.toBe(requestIdFrom(undefined));
  });
});
