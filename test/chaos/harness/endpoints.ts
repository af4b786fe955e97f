import type { ExporterSetting } from '../app/settings.js';
import { form } from './form.js';
import type { DoorPlan } from './started-collector.js';

const PATHS = {
  grpc: '',
  'http/protobuf': '/v1/traces',
  'http/json': '/v1/traces',
  zipkin: '/api/v2/spans',
} as const satisfies Record<DoorPlan['protocol'], string>;

/** What an application has to be told to deliver to a door, or to what it takes for one. */
export function exporterFor(
  protocol: DoorPlan['protocol'],
  port: number,
  { scheme = 'http', host = '127.0.0.1' } = {},
): ExporterSetting {
  const endpoint = `${scheme}://${host}:${port}${PATHS[protocol]}`;
  const timeoutMs = form.exporterTimeoutMs;
  return protocol === 'zipkin'
    ? { type: 'zipkin', endpoint, timeoutMs }
    : { type: 'otlp', protocol, endpoint, timeoutMs };
}
