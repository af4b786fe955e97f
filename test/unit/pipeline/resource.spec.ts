import { hostname, userInfo } from 'node:os';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createResource } from '../../../libs/nestrace/src/pipeline/resource.js';
import { resolve } from '../support/options.js';

const os = vi.hoisted(() => ({ arch: '', platform: '' }));

vi.mock('node:os', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:os')>();
  return { ...original, arch: () => os.arch, platform: () => os.platform };
});

function attributesFor(options: object, env: Record<string, string> = {}) {
  return createResource(resolve(options, env)).attributes;
}

describe('createResource', () => {
  beforeEach(() => {
    Object.assign(os, { arch: 'x64', platform: 'linux' });
  });

  it('describes the service, the host and the process', () => {
    const attributes = attributesFor({
      service: { name: 'orders', version: '1.2', namespace: 'shop', instanceId: 'i-1' },
      environment: 'staging',
    });
    expect(attributes).toMatchObject({
      'service.name': 'orders',
      'service.version': '1.2',
      'service.namespace': 'shop',
      'service.instance.id': 'i-1',
      'deployment.environment.name': 'staging',
      'host.name': hostname(),
      'host.arch': 'amd64',
      'os.type': 'linux',
      'process.pid': process.pid,
      'process.runtime.name': 'node',
      'process.runtime.version': process.versions.node,
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  it('leaves out what is not known', () => {
    vi.spyOn(process, 'cwd').mockReturnValue('/');
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node']);
    const attributes = attributesFor({ service: { name: 'orders' } });
    vi.restoreAllMocks();
    expect(attributes).not.toHaveProperty(['service.version']);
    expect(attributes).not.toHaveProperty(['service.namespace']);
  });

  it('tells nothing personal: no owner, no command line, no path', () => {
    const attributes = attributesFor({ service: { name: 'orders', version: '1' } });
    expect(Object.keys(attributes).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'deployment.environment.name',
      'host.arch',
      'host.name',
      'os.type',
      'process.pid',
      'process.runtime.name',
      'process.runtime.version',
      'service.instance.id',
      'service.name',
      'service.version',
      'telemetry.sdk.language',
      'telemetry.sdk.name',
      'telemetry.sdk.version',
    ]);
    const values = Object.values(attributes).map(String);
    for (const secret of [userInfo().homedir, process.cwd(), process.execPath, ...process.argv]) {
      expect(values.filter((value) => value.includes(secret))).toEqual([]);
    }
  });

  it('lets attributes of the user win over detected ones', () => {
    const attributes = attributesFor({
      resource: { attributes: { 'host.name': 'own', team: 'a', 'process.pid': 0, spare: false } },
    });
    expect(attributes).toMatchObject({
      'host.name': 'own',
      team: 'a',
      'process.pid': 0,
      spare: false,
    });
  });

  it('takes OTEL_RESOURCE_ATTRIBUTES, and OTEL_SERVICE_NAME before its service.name', () => {
    const attributes = attributesFor(
      {},
      {
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,host.name=b,team=c',
        OTEL_SERVICE_NAME: 'orders',
      },
    );
    expect(attributes).toMatchObject({ 'service.name': 'orders', 'host.name': 'b', team: 'c' });
  });

  it.each([
    ['x64', 'amd64'],
    ['arm', 'arm32'],
    ['arm64', 'arm64'],
    ['ia32', 'x86'],
    ['ppc', 'ppc32'],
    ['s390x', 's390x'],
  ])('calls the processor %s as the conventions do: %s', (arch, expected) => {
    os.arch = arch;
    expect(attributesFor({})['host.arch']).toBe(expected);
  });

  it.each([
    ['win32', 'windows'],
    ['darwin', 'darwin'],
    ['linux', 'linux'],
  ])('calls the system %s as the conventions do: %s', (platform, expected) => {
    os.platform = platform;
    expect(attributesFor({})['os.type']).toBe(expected);
  });
});
