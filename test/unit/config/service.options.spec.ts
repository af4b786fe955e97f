import { describe, expect, it, vi } from 'vitest';
import { nearestPackage } from '../../../libs/nestrace/src/config/nearest-package.js';
import { resourceVariable } from '../../../libs/nestrace/src/config/service.options.js';
import { REFUSED } from '../../../libs/nestrace/src/config/schema/kind.js';
import { onlyProblem, resolve } from '../support/options.js';

const FIELDS = [
  ['name', 'service.name', 'OTEL_SERVICE_NAME'],
  ['version', 'service.version', 'OTEL_SERVICE_VERSION'],
  ['namespace', 'service.namespace', undefined],
  ['instanceId', 'service.instance.id', undefined],
] as const;

describe('service options', () => {
  it('come from the nearest package.json, with an id of their own for each process', () => {
    const { service } = resolve();
    expect(service.name).toBe(nearestPackage().name);
    expect(service.version).toBe(nearestPackage().version);
    expect(service.namespace).toBeUndefined();
    expect(service.instanceId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(resolve().service.instanceId).not.toBe(service.instanceId);
  });

  it('are called unknown where there is no package.json', () => {
    vi.spyOn(process, 'cwd').mockReturnValue('/');
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node']);
    const { service } = resolve();
    vi.restoreAllMocks();
    expect(service.name).toBe('unknown_service:node');
    expect(service.version).toBeUndefined();
  });

  it.each(FIELDS)('%s comes from code, else from OTEL_RESOURCE_ATTRIBUTES', (name, attribute) => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: `a=b,${attribute}=from%20env` };
    const fromEnv = resolve({}, env);
    expect(fromEnv.service[name]).toBe('from env');
    expect(fromEnv.origins.get(`service.${name}`)).toEqual({
      source: 'env',
      variable: 'OTEL_RESOURCE_ATTRIBUTES',
    });
    expect(resolve({ service: { [name]: 'code' } }, env).service[name]).toBe('code');
  });

  it('prefers the variable of its own to the resource attributes', () => {
    const { service } = resolve(
      {},
      {
        OTEL_SERVICE_NAME: 'a',
        OTEL_SERVICE_VERSION: '1',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=b,service.version=2',
      },
    );
    expect(service.name).toBe('a');
    expect(service.version).toBe('1');
  });

  it('takes an empty resource attribute for not given', () => {
    const { service } = resolve({}, { OTEL_RESOURCE_ATTRIBUTES: 'service.name=' });
    expect(service.name).toBe(nearestPackage().name);
  });

  it('ignores broken resource attributes and says so by name', () => {
    const options = resolve({}, { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,broken' });
    expect(options.service.name).toBe(nearestPackage().name);
    expect(options.resource.attributes).toEqual({});
    expect(options.warnings.length).toBeGreaterThan(0);
    for (const warning of options.warnings) {
      expect(warning).toMatch(/^OTEL_RESOURCE_ATTRIBUTES='service.name=a,broken' is ignored/);
    }
  });

  it.each(FIELDS)('%s refuses an empty text', (name) => {
    expect(onlyProblem({ service: { [name]: ' ' } })).toEqual({
      path: `service.${name}`,
      shown: "' '",
      accepted: 'a text that is not empty',
    });
  });
});

describe('resourceVariable', () => {
  const binding = resourceVariable('service.name');

  it('finds its attribute among the others', () => {
    expect(binding.parse('a=1,service.name=x%2Cy', {})).toBe('x,y');
  });

  it('says nothing when its attribute is not there, and refuses what is no list of pairs', () => {
    expect(binding.parse('a=1', {})).toBeUndefined();
    expect(binding.parse('a', {})).toBe(REFUSED);
  });

  it('does not take inherited names for attributes', () => {
    expect(resourceVariable('constructor').parse('a=1', {})).toBeUndefined();
  });
});
