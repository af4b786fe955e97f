/** The answer of a kind that does not take a value. */
export const REFUSED = Symbol('refused');

/** What an option takes: how it is said to the user, how a value is checked, how text is read. */
export interface Kind<T> {
  /** What is accepted, as it stands in error messages. */
  readonly accepted: string;
  /** Nothing that could be written in a file: functions, instances. */
  readonly onlyInCode?: true;
  /** Takes a value given in code or in a file, or refuses it. */
  check(value: unknown): T | typeof REFUSED;
  /** Takes the text of an environment variable, or refuses it. Never sees an empty text. */
  parse(text: string): T | typeof REFUSED;
}

function kind<T>(
  accepted: string,
  check: Kind<T>['check'],
  parse: Kind<T>['parse'] = check,
): Kind<T> {
  return { accepted, check, parse };
}

export const boolean = kind(
  'true or false',
  (value) => (typeof value === 'boolean' ? value : REFUSED),
  (text) => {
    const lower = text.toLowerCase();
    return lower === 'true' ? true : lower === 'false' ? false : REFUSED;
  },
);

export function numberBetween(min: number, max: number): Kind<number> {
  const accept = (value: unknown): number | typeof REFUSED =>
    typeof value === 'number' && value >= min && value <= max ? value : REFUSED;
  return kind(`a number from ${min} to ${max}`, accept, (text) => accept(Number(text)));
}

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const accept = (value: unknown): number | typeof REFUSED =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : REFUSED;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return kind(`a whole number ${range}`, accept, (text) => accept(Number(text)));
}

export const text = kind('a text that is not empty', (value) =>
  typeof value === 'string' && value.trim() !== '' ? value : REFUSED,
);

export function oneOf<const T extends string>(...choices: readonly T[]): Kind<T> {
  const accept = (value: unknown): T | typeof REFUSED =>
    choices.find((choice) => choice === value) ?? REFUSED;
  return kind(`one of ${choices.map((choice) => `"${choice}"`).join(', ')}`, accept, (value) =>
    accept(value.toLowerCase()),
  );
}

export function listOf<T>(
  item: Kind<T>,
  accepted = `a list, each ${item.accepted}`,
): Kind<readonly T[]> {
  const all = (
    values: readonly unknown[],
    take: (value: never) => T | typeof REFUSED,
  ): readonly T[] | typeof REFUSED => {
    const taken = values.map((value) => take(value as never));
    return taken.includes(REFUSED) ? REFUSED : (taken as T[]);
  };
  return {
    ...kind<readonly T[]>(
      accepted,
      (value) => (Array.isArray(value) ? all(value, item.check) : REFUSED),
      (list) => all(splitList(list), item.parse),
    ),
    ...(item.onlyInCode && { onlyInCode: true }),
  };
}

/** An object made by the user (a sampler, a processor): known by the methods it has. */
export function instanceWith<T>(
  accepted: string,
  ...methods: readonly (keyof T & string)[]
): Kind<T> {
  return onlyInCode(
    accepted,
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
  );
}

/** A kind of functions, classes, instances: what only code can make. */
export function onlyInCode<T>(accepted: string, takes: (value: unknown) => boolean): Kind<T> {
  return { ...inCode<T>(accepted, takes), onlyInCode: true };
}

/** A kind that code and files may use, but not the text of a variable. */
export function inCode<T>(accepted: string, takes: (value: unknown) => boolean): Kind<T> {
  return kind(
    accepted,
    (value) => (takes(value) ? (value as T) : REFUSED),
    () => REFUSED,
  );
}

export function either<A, B>(first: Kind<A>, second: Kind<B>): Kind<A | B> {
  const pick = (a: A | typeof REFUSED, b: () => B | typeof REFUSED): A | B | typeof REFUSED =>
    a === REFUSED ? b() : a;
  return kind<A | B>(
    `${first.accepted}, or ${second.accepted}`,
    (value) => pick(first.check(value), () => second.check(value)),
    (value) => pick(first.parse(value), () => second.parse(value)),
  );
}

export function splitList(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** One value of an attribute, as OpenTelemetry allows it. */
type AttributeLike =
  string | number | boolean | readonly string[] | readonly number[] | readonly boolean[];

/**
 * Names and values. As text it is the form of `OTEL_RESOURCE_ATTRIBUTES` and
 * `OTEL_EXPORTER_OTLP_HEADERS`: `key=value,key=value`, values percent-encoded
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables).
 */
export const attributes = kind<Readonly<Record<string, AttributeLike>>>(
  'an object of names and values (text, number, boolean or a list of one of these)',
  (value) =>
    isRecord(value) && Object.values(value).every(isAttributeLike)
      ? (value as Record<string, AttributeLike>)
      : REFUSED,
  parsePairs,
);

export const headers = kind<Readonly<Record<string, string>>>(
  'an object of header names and text values (printable ASCII)',
  takeHeaders,
  (list) => takeHeaders(parsePairs(list)),
);

function takeHeaders(value: unknown): Record<string, string> | typeof REFUSED {
  return isRecord(value) &&
    Object.entries(value).every(([name, v]) => HEADER_NAME.test(name) && isHeaderValue(v))
    ? (value as Record<string, string>)
    : REFUSED;
}

/** What HTTP and gRPC both can send; with `-bin` at its end gRPC takes the value for bytes. */
const HEADER_NAME = /^(?!.*-bin$)[a-z0-9_.-]+$/i;

/** Printable ASCII, for the same reason. */
function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && /^[\x20-\x7e]*$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAttributeLike(value: unknown): boolean {
  if (!Array.isArray(value)) return isScalar(value);
  return value.every((item) => isScalar(item) && typeof item === typeof value[0]);
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function parsePairs(list: string): Record<string, string> | typeof REFUSED {
  const pairs: Record<string, string> = {};
  for (const item of splitList(list)) {
    const equals = item.indexOf('=');
    if (equals <= 0) return REFUSED;
    const name = item.slice(0, equals).trim();
    try {
      pairs[name] = decodeURIComponent(item.slice(equals + 1).trim());
    } catch {
      return REFUSED;
    }
  }
  return pairs;
}

/** An absolute URL with one of the given protocols. */
export function url(...protocols: readonly string[]): Kind<string> {
  const accept = (value: unknown): string | typeof REFUSED => {
    if (typeof value !== 'string' || !URL.canParse(value)) return REFUSED;
    return protocols.includes(new URL(value).protocol) ? value : REFUSED;
  };
  return kind(`a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`, accept);
}
