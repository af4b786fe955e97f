import type { TestProject } from 'vitest/node';
import type { OpenBackend } from './backend.js';
import { openJaeger } from './jaeger.server.js';
import { openZipkin } from './zipkin.server.js';

const opened: OpenBackend<unknown>[] = [];

/** Once for all tests of the project; each of them sends under service names of its own. */
export async function setup(project: TestProject): Promise<void> {
  const [jaeger, zipkin] = await Promise.all([
    openJaeger().then(remember),
    openZipkin().then(remember),
  ]);
  project.provide('jaeger', jaeger.backend);
  project.provide('zipkin', zipkin.backend);
}

export async function teardown(): Promise<void> {
  await Promise.all(opened.splice(0).map(async ({ stop }) => stop?.()));
}

function remember<T extends OpenBackend<unknown>>(backend: T): T {
  opened.push(backend);
  return backend;
}
