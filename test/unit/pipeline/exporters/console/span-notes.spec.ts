import type { Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  exceptionsOf,
  notesOf,
} from '../../../../../libs/nestrace/src/pipeline/exporters/console/span-notes.js';
import type { SpanView } from '../../../../../libs/nestrace/src/pipeline/exporters/console/span-view.js';
import { view } from '../../../support/span-views.js';

function notes(attributes: Attributes, kind: SpanView['kind'] = 'INTERNAL'): readonly string[] {
  return notesOf(view('span', undefined, { attributes, kind }));
}

describe('notesOf', () => {
  it('is silent about a span that has nothing to tell', () => {
    expect(notes({})).toEqual([]);
  });

  it.each([
    [{ 'http.response.status_code': 200 }, ['200']],
    [{ 'db.response.returned_rows': 0 }, ['0 rows']],
    [{ 'db.response.returned_rows': 1 }, ['1 row']],
    [{ 'db.response.returned_rows': 12 }, ['12 rows']],
    [{ 'nest.db.transaction.outcome': 'rollback' }, ['rollback']],
    [{ 'nest.db.slow': true, 'nest.db.n_plus_one': true }, ['slow', 'N+1']],
    [{ 'nest.db.slow': false, 'nest.db.n_plus_one': false }, []],
    [{ 'db.response.status_code': '23505' }, ['SQLSTATE 23505']],
    [{ 'error.type': 'TypeError' }, ['TypeError']],
    [{ 'error.type': '500', 'http.response.status_code': 500 }, ['500']],
  ])('reads %j', (attributes, expected) => {
    expect(notes(attributes)).toEqual(expected);
  });

  it('names the handler on the span of a request only', () => {
    const attributes = {
      'http.response.status_code': 200,
      'nest.controller': 'OrdersController',
      'nest.handler': 'find',
    };
    expect(notes(attributes, 'SERVER')).toEqual(['200', 'OrdersController.find']);
    expect(notes(attributes)).toEqual(['200']);
  });

  it('names the path of a request that met no route', () => {
    const attributes = { 'http.response.status_code': 404, 'url.path': '/nowhere' };
    expect(notes(attributes, 'SERVER')).toEqual(['404', '/nowhere']);
    expect(notes({ ...attributes, 'http.route': '/:id' }, 'SERVER')).toEqual(['404']);
    expect(notes(attributes)).toEqual(['404']);
  });

  it('names the target of an outgoing call only, without protocol, query and fragment', () => {
    const url = (text: string) => notes({ 'url.full': text }, 'CLIENT');
    expect(url('https://api.test:8443/items/7?token=1#x')).toEqual(['api.test:8443/items/7']);
    expect(url('http://api.test#x?y')).toEqual(['api.test']);
    expect(url('no url')).toEqual(['no url']);
    expect(url(`http://api.test/${'x'.repeat(100)}`)).toEqual([`api.test/${'x'.repeat(38)}…`]);
    expect(notes({ 'url.full': 'http://api.test' }, 'SERVER')).toEqual([]);
  });

  it('shows up to three attributes of the application, and none of the conventions', () => {
    expect(
      notes({
        'order.id': 7,
        'http.route': '/x',
        'db.query.text': 'SELECT 1',
        'nest.type': 'provider',
        tags: ['a', 'b'],
        paid: false,
        'url.path': '/x',
        late: 'not shown',
      }),
    ).toEqual(['order.id=7', 'tags=a,b', 'paid=false']);
  });

  it('cuts long values', () => {
    const value = 'x'.repeat(49);
    expect(notes({ note: value })).toEqual([`note=${'x'.repeat(47)}…`]);
    expect(notes({ note: value.slice(1) })).toEqual([`note=${'x'.repeat(48)}`]);
  });

  it('does not take a name that only begins like a convention for one', () => {
    expect(notes({ dbname: 'a', httpx: 'b', urls: 'c' })).toEqual([
      'dbname=a',
      'httpx=b',
      'urls=c',
    ]);
  });
});

function event(name: string, attributes: Attributes): SpanView['events'][number] {
  return { name, time: 1, attributes };
}

describe('exceptionsOf', () => {
  it('has a line for each exception, and none for other events', () => {
    const span = view('span', undefined, {
      events: [
        event('exception', { 'exception.type': 'TypeError', 'exception.message': 'wrong\n at x' }),
        event('cache miss', { 'exception.type': 'NotOne' }),
        event('exception', { 'exception.type': 'Error' }),
        event('exception', { 'exception.type': 'Error', 'exception.message': '' }),
      ],
    });
    expect(exceptionsOf(span)).toEqual(['TypeError: wrong', 'Error: ', 'Error: ']);
  });

  it('is empty without events', () => {
    expect(exceptionsOf(view('span'))).toEqual([]);
  });
});
