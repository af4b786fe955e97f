import { headers as headersKind, REFUSED } from '../../schema/kind.js';
import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import { mapping, OptionTree } from '../option-tree.js';
import { choiceOf, entriesOf, itemsOf } from './nodes.js';

const ACCEPTED = 'one of otlp_http, otlp_grpc, zipkin, console';
const OTLP_PARTS = ['endpoint', 'tls', 'headers', 'headers_list', 'compression', 'timeout'];
const HOUR_MS = 3_600_000;

/** The exporter of a processor, as an item of the option `exporters`. */
export function readExporter(given: FileValue, report: Report): FileValue | undefined {
  const choice = choiceOf(given, ACCEPTED, report);
  if (choice === undefined) return undefined;
  const [name, value] = choice;
  const exporter = new OptionTree(value.place);
  switch (name) {
    case 'otlp_http':
    case 'otlp_grpc':
      readOtlp(name === 'otlp_grpc', value, exporter, report);
      break;
    case 'zipkin': {
      const entries = entriesOf(value, ['endpoint', 'timeout'], report);
      exporter.set('endpoint', entries.get('endpoint'));
      exporter.set('timeout_ms', withoutLimit(entries.get('timeout')));
      exporter.set('type', typeOf('zipkin', value));
      break;
    }
    case 'console':
      entriesOf(value, [], report);
      exporter.set('type', typeOf('console', value));
      break;
    default:
      report.problemIn(
        value,
        `${ACCEPTED}. Any other SpanExporter is given as one of exporters in OtelModule.forRoot()`,
      );
      return undefined;
  }
  return exporter.value;
}

function readOtlp(isGrpc: boolean, given: FileValue, exporter: OptionTree, report: Report): void {
  const entries = entriesOf(given, isGrpc ? OTLP_PARTS : [...OTLP_PARTS, 'encoding'], report);
  const endpoint = entries.get('endpoint');
  exporter.set('type', typeOf('otlp', given));
  exporter.set(
    'protocol',
    isGrpc ? { ...given, value: 'grpc' } : protocolOf(entries.get('encoding'), given, report),
  );
  // The standard wants the path of the signal in it; what is there is not to be completed.
  exporter.set('endpoint', endpoint && (isGrpc ? endpoint : { ...endpoint, complete: true }));
  exporter.set('compression', entries.get('compression'));
  exporter.set('timeout_ms', withoutLimit(entries.get('timeout')));
  exporter.set('headers', readHeaders(entries.get('headers'), entries.get('headers_list'), report));
  const files = ['ca_file', 'cert_file', 'key_file'];
  const tls = entriesOf(entries.get('tls'), isGrpc ? [...files, 'insecure'] : files, report);
  for (const file of files) exporter.set(`tls.${file.replace('_file', '')}`, tls.get(file));
  exporter.set('tls.insecure', tls.get('insecure'));
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  protobuf: 'http/protobuf',
  json: 'http/json',
};

function protocolOf(
  encoding: FileValue | undefined,
  given: FileValue,
  report: Report,
): FileValue | undefined {
  if (encoding === undefined || encoding.value === null)
    return { ...given, value: 'http/protobuf' };
  const name = String(encoding.value);
  if (Object.hasOwn(PROTOCOLS, name)) return { ...encoding, value: PROTOCOLS[name] };
  report.problemIn(encoding, `one of ${Object.keys(PROTOCOLS).join(', ')}`);
  return undefined;
}

function typeOf(type: string, { place }: FileValue): FileValue {
  return { value: type, place };
}

/** `0` is no limit in the standard; here nothing waits for longer than an hour. */
export function withoutLimit(time: FileValue | undefined): FileValue | undefined {
  return time?.value === 0 ? { ...time, value: HOUR_MS } : time;
}

function readHeaders(
  given: FileValue | undefined,
  list: FileValue | undefined,
  report: Report,
): FileValue | undefined {
  const first = given ?? list;
  if (first === undefined) return undefined;
  const headers = new Map<string, FileValue>();
  for (const [name, value] of Object.entries(pairsOf(list, report))) {
    headers.set(name, { value, place: first.place });
  }
  for (const item of given === undefined || given.value === null ? [] : itemsOf(given, report)) {
    const entries = entriesOf(item, ['name', 'value'], report);
    const name = entries.get('name');
    const value = entries.get('value');
    if (typeof name?.value !== 'string' || value === undefined) {
      report.problemIn(item, 'a mapping with name and value');
    } else if (value.value !== null) {
      headers.set(name.value, value);
    }
  }
  return mapping(first.place, headers);
}

function pairsOf(list: FileValue | undefined, report: Report): Readonly<Record<string, string>> {
  if (list === undefined || list.value === null || list.value === '') return {};
  const pairs = typeof list.value === 'string' ? headersKind.parse(list.value) : REFUSED;
  if (pairs !== REFUSED) return pairs;
  report.problemIn(list, 'key=value pairs separated by commas, values percent-encoded');
  return {};
}
