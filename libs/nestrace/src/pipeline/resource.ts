import { arch, hostname, platform } from 'node:os';
import type { Attributes } from '@opentelemetry/api';
import { SDK_INFO } from '@opentelemetry/core';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import type { RedactionPolicy } from '../core/redaction/redaction-policy.js';
import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_HOST_ARCH,
  ATTR_HOST_NAME,
  ATTR_OS_TYPE,
  ATTR_PROCESS_PID,
  ATTR_PROCESS_RUNTIME_VERSION,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
} from './attributes.js';

/** Values of `host.arch` where they differ from what Node calls them. */
const ARCH_NAMES: Record<string, string> = {
  x64: 'amd64',
  arm: 'arm32',
  ppc: 'ppc32',
  ia32: 'x86',
};

/**
 * Describes this process. The stock detectors are not used: they add the owner of the process, its
 * command line and its paths, which are personal data and sometimes secrets.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/
 */
export function createResource(
  options: Pick<ResolvedOtelOptions, 'service' | 'environment' | 'resource'>,
  redaction?: RedactionPolicy,
): Resource {
  const { service } = options;
  const attributes: Attributes = {
    [ATTR_HOST_NAME]: hostname(),
    [ATTR_HOST_ARCH]: ARCH_NAMES[arch()] ?? arch(),
    [ATTR_OS_TYPE]: platform() === 'win32' ? 'windows' : platform(),
    [ATTR_PROCESS_PID]: process.pid,
    [ATTR_PROCESS_RUNTIME_VERSION]: process.versions.node,
    ...SDK_INFO,
    ...(options.resource.attributes as Record<string, string>),
    [ATTR_SERVICE_NAME]: service.name,
    [ATTR_SERVICE_INSTANCE_ID]: service.instanceId,
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: options.environment,
    ...(service.version !== undefined && { [ATTR_SERVICE_VERSION]: service.version }),
    ...(service.namespace !== undefined && { [ATTR_SERVICE_NAMESPACE]: service.namespace }),
  };
  // Deployments put there what they like.
  redaction?.clean(attributes);
  return resourceFromAttributes(attributes);
}
