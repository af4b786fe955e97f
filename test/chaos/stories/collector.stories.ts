import type { FaultName } from '../collector/faults/index.js';
import { form } from '../harness/form.js';
import type { DoorPlan } from '../harness/started-collector.js';
import type { Story } from '../harness/story.js';
import { lastingOutage, neverThere, outage, type OutageFacts } from './outages.js';

type Protocol = DoorPlan['protocol'];
type Protocols = readonly [Protocol, ...Protocol[]];

const isLong = form.name === 'long';

const slow: FaultName = isLong ? 'slow' : 'sluggish';

const LOSES = { losesAnswers: true } as const;
const LATE = { fails: false, losesAnswers: true } as const;
const TAKES = { fails: false } as const;

/** By the protocol first named in the short form, by all of them in the long one. */
const OUTAGES: readonly (readonly [string, FaultName, Protocols, OutageFacts?])[] = [
  ['refuses connections', 'refusing', ['grpc', 'zipkin', 'http/protobuf']],
  ['reads and never answers', 'hanging', ['http/protobuf', 'grpc', 'zipkin'], LOSES],
  ['accepts and says nothing', 'silent', ['http/json', 'grpc'], LOSES],
  ['answers after seconds', slow, ['http/protobuf', 'grpc'], LATE],
  ['resets in the middle of a request', 'resetMidBody', ['http/protobuf', 'grpc'], LOSES],
  ['resets in the middle of an answer', 'resetMidAnswer', ['zipkin', 'grpc'], LOSES],
  ['is no HTTP at all', 'notHttp', ['grpc', 'http/protobuf']],
  ['answers 200 with HTML', 'html', ['http/protobuf', 'grpc', 'zipkin']],
  ['answers in broken protobuf', 'brokenAnswer', ['http/protobuf'], TAKES],
  ['answers in broken protobuf', 'brokenGrpcAnswer', ['grpc'], TAKES],
  ['never ends its answer', 'endlessAnswer', ['http/protobuf', 'grpc'], LOSES],
  ['answers 429 with Retry-After', 'overloaded', ['http/json', 'grpc']],
  ['answers 503', 'unavailable', ['zipkin', 'grpc', 'http/protobuf']],
  ['answers 400', 'invalid', ['http/protobuf', 'grpc']],
  ['answers 413', 'tooLarge', ['http/json', 'grpc']],
  ['answers 401', 'unauthenticated', ['grpc', 'zipkin']],
  ['takes spans but for some', 'partial', ['http/json', 'grpc', 'http/protobuf'], TAKES],
];

const LASTING: typeof OUTAGES = [
  ['refuses connections', 'refusing', ['zipkin', 'grpc']],
  ['reads and never answers', 'hanging', ['grpc', 'http/protobuf'], LOSES],
  ['never ends its answer', 'endlessAnswer', ['grpc', 'http/protobuf'], LOSES],
  // With seconds for each batch there is no time for all of them at the end.
  ['answers after a while', 'tardy', ['grpc', 'http/json'], LATE],
  ['answers 503', 'unavailable', ['http/protobuf', 'grpc']],
];

const https = { scheme: 'https', host: 'localhost' };

const NEVER_THERE: readonly (readonly [
  string,
  Protocols,
  { readonly scheme?: string; readonly host?: string },
  Partial<DoorPlan>?,
])[] = [
  ['has a name nobody knows', ['http/protobuf', 'grpc'], { host: 'collector.invalid' }],
  ['speaks no TLS where TLS is expected', ['grpc', 'http/protobuf'], https],
  ['speaks TLS where none is expected', ['http/json', 'grpc'], {}, { tls: true }],
  ['signs its own certificate', ['zipkin', 'grpc'], https, { tls: true }],
];

function over(protocols: Protocols, tell: (protocol: Protocol) => Story): readonly Story[] {
  return (isLong ? protocols : protocols.slice(0, 1)).map(tell);
}

/** What a collector does with connections and requests. */
export const COLLECTOR_STORIES: readonly Story[] = [
  ...OUTAGES.flatMap(([name, fault, protocols, facts]) =>
    over(protocols, (protocol) => outage(name, protocol, fault, facts)),
  ),
  ...LASTING.flatMap(([name, fault, protocols, facts]) =>
    over(protocols, (protocol) => lastingOutage(name, protocol, fault, facts)),
  ),
  ...NEVER_THERE.flatMap(([name, protocols, where, door]) =>
    over(protocols, (protocol) => neverThere(name, protocol, where, door)),
  ),
];
