import { RequestMethod } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  joinPath,
  modulePathOf,
  servedPath,
} from '../../../../../libs/nestrace/src/sinks/panel/serving/panel-path.js';

const withPrefix = (
  prefix: string,
  excluded?: RegExp,
  requestMethod = RequestMethod.GET,
): ApplicationConfig => {
  const config = new ApplicationConfig();
  config.setGlobalPrefix(prefix);
  if (excluded !== undefined) {
    config.setGlobalPrefixOptions({
      exclude: [{ path: '', pathRegex: excluded, requestMethod }],
    });
  }
  return config;
};

describe('the path of the panel', () => {
  it('stands below the prefix, however that is written', () => {
    for (const prefix of ['api', '/api', '/api/', 'api/']) {
      expect(servedPath(withPrefix(prefix), '/_otel')).toBe('/api/_otel');
    }
    expect(servedPath(new ApplicationConfig(), '/_otel')).toBe('/_otel');
  });

  it('stands outside when it is excluded for reading', () => {
    const only = /^\/_otel$/;
    expect(servedPath(withPrefix('api', only), '/_otel')).toBe('/_otel');
    expect(servedPath(withPrefix('api', only, RequestMethod.ALL), '/_otel')).toBe('/_otel');
    expect(servedPath(withPrefix('api', only, RequestMethod.POST), '/_otel')).toBe('/api/_otel');
    expect(servedPath(withPrefix('api', only), '/other')).toBe('/api/other');
  });

  it('has the path of the module in front', () => {
    class Some {}
    expect(modulePathOf(Some, 'app')).toBe('');
    Reflect.defineMetadata('__module_path__app', '/admin', Some);
    expect(modulePathOf(Some, 'app')).toBe('/admin');
    expect(modulePathOf(Some, 'other')).toBe('');
    expect(joinPath('/admin', 'internal/_otel')).toBe('/admin/internal/_otel');
  });
});
