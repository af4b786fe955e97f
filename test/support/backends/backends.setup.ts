import type { TestProject } from 'vitest/node';
import type { OpenBackend } from './backend.js';
import { openJaeger } from './jaeger.server.js';
import { openZipkin } from './zipkin.server.js';

const opened: OpenBackend<unknown>[] = [];

/** Once for all tests of the project; each of them sends under service names of its own. */
export async function setup(project: TestProject): Promise<void> {
  const [jaeger, zipkin] = await Promise.all([opening(openJaeger()), opening(openZipkin())]);
  project.provide('jaeger', jaeger.backend);
  project.provide('zipkin', zipkin.backend);
}

export async function teardown(): Promise<void> {
  await Promise.all(opened.splice(0).map(async ({ stop }) => stop?.()));
}

/** What fails here would end the run of all projects. */
async function opening<Urls>(backend: Promise<OpenBackend<Urls>>): Promise<OpenBackend<Urls>> {
  try {
    const open = await backend;
    opened.push(open);
    return open;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { backend: { reason, isBroken: true } };
  }
}
