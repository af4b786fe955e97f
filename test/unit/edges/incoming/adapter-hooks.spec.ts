import { EventEmitter } from 'node:events';
import { RequestMethod } from '@nestjs/common';
import { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { describe, expect, it, vi } from 'vitest';
import {
  hookAdapter,
  hookServer,
  isHooked,
  type TakeRequest,
} from '../../../../libs/nestrace/src/edges/incoming/adapter-hooks.js';

const passOn: TakeRequest = (_request, _response, next) => next();

interface Inside {
  onRequestHook?(request: object, response: object, done: () => void): unknown;
}

describe('hookAdapter', () => {
  it('calls the hook that was there inside of its own, with the same receiver', () => {
    const adapter = new ExpressAdapter();
    const order: string[] = [];
    adapter.setOnRequestHook(function (
      this: unknown,
      _request: object,
      _response: object,
      done: () => void,
    ) {
      order.push(this === adapter ? 'theirs' : 'theirs, lost');
      done();
    });
    adapter.setOnRouteTriggered((_method, path) => order.push(`their route ${path}`));
    hookAdapter(
      adapter,
      (request, response, next) => {
        order.push('ours');
        return passOn(request, response, next);
      },
      (path) => order.push(`our route ${path}`),
    );
    (adapter as unknown as Inside).onRequestHook?.call(adapter, {}, {}, () => order.push('done'));
    adapter.getOnRouteTriggered()?.(RequestMethod.GET, '/a');
    expect(order).toEqual(['ours', 'theirs', 'done', 'our route /a', 'their route /a']);
  });

  it('hands the promise of their hook back, which the adapter waits for', () => {
    const adapter = new ExpressAdapter();
    const theirs = Promise.resolve();
    adapter.setOnRequestHook(() => theirs);
    hookAdapter(adapter, passOn, () => {});
    const result = (adapter as unknown as Inside).onRequestHook?.call(adapter, {}, {}, () => {});
    expect(result).toBe(theirs);
  });

  it('puts back what was there', () => {
    const adapter = new ExpressAdapter();
    const theirs = vi.fn<() => void>();
    adapter.setOnRequestHook(theirs);
    hookAdapter(adapter, passOn, () => {})?.();
    expect((adapter as unknown as Inside).onRequestHook).toBe(theirs);
    expect(adapter.getOnRouteTriggered()).toBeUndefined();
  });

  it('keeps its place when another hook comes later, and gives the other one its place back', () => {
    const adapter = new ExpressAdapter();
    const order: string[] = [];
    const undo = hookAdapter(
      adapter,
      (request, response, next) => {
        order.push('ours');
        return passOn(request, response, next);
      },
      () => {},
    );
    const theirs = (_request: object, _response: object, done: () => void): void => {
      order.push('theirs');
      done();
    };
    adapter.setOnRequestHook(theirs);
    const inside = adapter as unknown as Inside;
    inside.onRequestHook?.call(adapter, {}, {}, () => order.push('done'));
    expect(order).toEqual(['ours', 'theirs', 'done']);
    undo?.();
    expect(inside.onRequestHook).toBe(theirs);
    adapter.setOnRequestHook(() => {});
    expect(inside.onRequestHook).not.toBe(theirs);
  });

  it('may hook one adapter twice', () => {
    const adapter = new ExpressAdapter();
    const order: string[] = [];
    const [undoOne, undoTwo] = ['one', 'two'].map((name) =>
      hookAdapter(
        adapter,
        (_request, _response, next) => {
          order.push(name);
          return next();
        },
        () => {},
      ),
    );
    const inside = adapter as unknown as Inside;
    const theirs = (_request: object, _response: object, done: () => void): void => done();
    adapter.setOnRequestHook(theirs);
    inside.onRequestHook?.call(adapter, {}, {}, () => order.push('done'));
    expect(order).toEqual(['one', 'two', 'done']);
    undoTwo?.();
    undoOne?.();
    expect(inside.onRequestHook).toBe(theirs);
  });

  it('declines adapters that have no hooks or forget them', () => {
    expect(hookAdapter({} as AbstractHttpAdapter, passOn, () => {})).toBeUndefined();
    const forgetful = Object.create(AbstractHttpAdapter.prototype) as AbstractHttpAdapter;
    expect(hookAdapter(forgetful, passOn, () => {})).toBeUndefined();
  });
});

describe('isHooked', () => {
  it('believes adapters that keep the hook where the built-in ones do', () => {
    const adapter = new ExpressAdapter();
    expect(isHooked(adapter)).toBe(false);
    hookAdapter(adapter, passOn, () => {});
    expect(isHooked(adapter)).toBe(true);
  });

  it('does not believe one that takes the hook and says nothing', () => {
    const deaf = new ExpressAdapter();
    Object.defineProperty(deaf, 'setOnRequestHook', { value: () => {}, writable: true });
    hookAdapter(deaf, passOn, () => {});
    expect(isHooked(deaf)).toBe(false);
  });
});

describe('hookServer', () => {
  it('sees requests and nothing else, and returns what emit returns', () => {
    const server = new EventEmitter();
    const seen: unknown[] = [];
    hookServer(server, (request, response, next) => {
      seen.push([request, response]);
      return next();
    });
    const listener = vi.fn<() => void>();
    server.on('request', listener);
    const [request, response] = [{}, {}];
    expect(server.emit('request', request, response)).toBe(true);
    expect(server.emit('connection', {})).toBe(false);
    expect(seen).toEqual([[request, response]]);
    expect(listener).toHaveBeenCalledExactlyOnceWith(request, response);
  });

  it('leaves no trace when it is undone', () => {
    const server = new EventEmitter();
    hookServer(server, passOn)?.();
    expect(Object.hasOwn(server, 'emit')).toBe(false);

    const own = new EventEmitter();
    const emit = own.emit.bind(own);
    own.emit = emit;
    hookServer(own, passOn)?.();
    expect(own.emit).toBe(emit);
  });

  it('does not take away what somebody else put over it', () => {
    const server = new EventEmitter();
    const undo = hookServer(server, passOn);
    const theirs = server.emit.bind(server);
    server.emit = theirs;
    undo?.();
    expect(server.emit).toBe(theirs);
  });

  it('declines what is no server', () => {
    expect(hookServer(undefined, passOn)).toBeUndefined();
    expect(hookServer(null, passOn)).toBeUndefined();
    expect(hookServer({}, passOn)).toBeUndefined();
  });
});
