import { describe, expect, it } from 'vitest';
import { accept, suggest } from '../../../../libs/panel-web/src/screens/list/suggestions.js';

const SEEN = {
  attributeKeys: ['http.route', 'tenant'],
  routes: ['/orders/:id', '/products'],
  services: ['orders-api'],
};

const offered = (query: string, caret = query.length) =>
  suggest(query, caret, SEEN).options.map(({ text }) => text);

describe('suggestions', () => {
  it('begin with the keys there are', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['status:', 'dur:', 'has:error']));
  });

  it('complete the word at the caret, and no other', () => {
    expect(offered('ha')).toEqual(expect.arrayContaining(['has:error', 'has:n+1']));
    expect(offered('sta dur:>1s', 3)).toEqual(['status:']);
  });

  it('offer what has been seen', () => {
    expect(offered('service:')).toEqual(['service:orders-api']);
    expect(offered('route:')).toEqual(['route:/orders/:id', 'route:/products']);
    expect(offered('attr.t')).toEqual(['attr.tenant:']);
  });

  it('offer nothing that is there already, and nothing unknown', () => {
    expect(offered('has:error')).toEqual([]);
    expect(offered('zzz')).toEqual([]);
  });

  it('put the caret where one goes on', () => {
    const value = { text: 'has:error', hint: '' };
    expect(accept('ha', suggest('ha', 2, SEEN), value)).toEqual({
      query: 'has:error ',
      caret: 10,
    });
    const key = { text: 'status:', hint: '' };
    expect(accept('st dur:>1s', suggest('st dur:>1s', 2, SEEN), key)).toEqual({
      query: 'status: dur:>1s',
      caret: 7,
    });
  });
});
