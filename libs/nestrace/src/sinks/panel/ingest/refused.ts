/** What a request is refused with; `message` goes to the sender. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling */
export function tryLater(status: 429 | 503, message: string): Refused {
  return new Refused(status, message, { 'retry-after': '1' });
}
