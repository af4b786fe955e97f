import 'reflect-metadata';
import type { NestInterceptor } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { bindToGateways } from '../../../../libs/nestrace/src/edges/incoming/gateway-interceptors.js';

const INTERCEPTORS = '__interceptors__';
const interceptor = {} as NestInterceptor;

function containerOf(...metatypes: readonly unknown[]): ModulesContainer {
  const providers = new Map(metatypes.map((metatype, index) => [index, { metatype }]));
  return new Map([['module', { providers }]]) as unknown as ModulesContainer;
}

function gateway(): new () => object {
  class Gateway {}
  Reflect.defineMetadata('websockets:is_gateway', true, Gateway);
  return Gateway;
}

describe('bindToGateways', () => {
  it('comes before the interceptors of the gateway, and goes without a trace', () => {
    const Chat = gateway();
    Reflect.defineMetadata(INTERCEPTORS, ['theirs'], Chat);
    const undo = bindToGateways(containerOf(Chat, Chat), interceptor);
    expect(Reflect.getMetadata(INTERCEPTORS, Chat)).toEqual([interceptor, 'theirs']);
    undo();
    expect(Reflect.getMetadata(INTERCEPTORS, Chat)).toEqual(['theirs']);
  });

  it('leaves other providers alone', () => {
    class Service {}
    const arrow = () => {};
    bindToGateways(containerOf(Service, arrow, null, undefined), interceptor);
    expect(Reflect.hasMetadata(INTERCEPTORS, Service)).toBe(false);
    expect(Reflect.hasMetadata(INTERCEPTORS, arrow)).toBe(false);
  });

  it('does not give a gateway the interceptors of its base class twice', () => {
    const Base = gateway();
    Reflect.defineMetadata(INTERCEPTORS, ['of the base'], Base);
    class Derived extends Base {}
    const undo = bindToGateways(containerOf(Derived), interceptor);
    expect(Reflect.getOwnMetadata(INTERCEPTORS, Base)).toEqual(['of the base']);
    undo();
    expect(Reflect.getMetadata(INTERCEPTORS, Derived)).toEqual(['of the base']);
  });
});
