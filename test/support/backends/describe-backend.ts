import { describe, expect, inject, it } from 'vitest';
import type { Backend, JaegerUrls, ZipkinUrls } from './backend.js';

const REQUIRES_ALL = process.env['NESTRACE_TEST_REQUIRE_ALL'] === '1';

/** Runs tests against a real Jaeger, or says why not. */
export function describeJaeger(title: string, tests: (jaeger: JaegerUrls) => void): void {
  describeBackend('Jaeger', inject('jaeger'), title, tests);
}

/** Runs tests against a real Zipkin, or says why not. */
export function describeZipkin(title: string, tests: (zipkin: ZipkinUrls) => void): void {
  describeBackend('Zipkin', inject('zipkin'), title, tests);
}

function describeBackend<Urls>(
  name: string,
  backend: Backend<Urls>,
  title: string,
  tests: (urls: Urls) => void,
): void {
  const { urls, reason } = backend;
  const isWanted = REQUIRES_ALL || (backend.reason !== undefined && backend.isBroken === true);
  if (reason !== undefined) console.warn(`The tests against ${name} are skipped: ${reason}.`);

  describe.runIf(isWanted)(`the backend ${name}`, () => {
    it('is there to be tested against', () => {
      expect(reason).toBeUndefined();
    });
  });

  describe.skipIf(urls === undefined)(`${title}, in ${name}`, () => {
    // Tests that are skipped do not read them.
    tests(urls ?? ({} as Urls));
  });
}
