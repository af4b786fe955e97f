import type { ReceivedZipkinSpan } from '../receivers/zipkin.receiver.js';
import { askJson } from './ask-json.js';
import { atLeast } from './at-least.js';

/** A span as Zipkin gives it back. */
export interface StoredZipkinSpan extends Omit<ReceivedZipkinSpan, 'name'> {
  readonly name?: string;
}

/** Zipkin as one asks it. */
export class ZipkinQuery {
  constructor(private readonly url: string) {}

  /** A trace, once it has so many spans. */
  stored(traceId: string, count: number): Promise<readonly StoredZipkinSpan[]> {
    return atLeast(
      count,
      async () => ((await askJson(this.storedUrl(traceId))) ?? []) as StoredZipkinSpan[],
    );
  }

  async services(): Promise<readonly string[]> {
    return (await askJson(`${this.url}/api/v2/services`)) as string[];
  }

  /** Names of spans. */
  async operations(service: string): Promise<readonly string[]> {
    return this.namesOf('spans', service);
  }

  /** Whom a service calls. */
  async remoteServices(service: string): Promise<readonly string[]> {
    return this.namesOf('remoteServices', service);
  }

  storedUrl(traceId: string): string {
    return `${this.url}/api/v2/trace/${traceId}`;
  }

  private async namesOf(what: string, service: string): Promise<readonly string[]> {
    const query = new URLSearchParams({ serviceName: service });
    const names = (await askJson(`${this.url}/api/v2/${what}?${query}`)) as string[];
    return names.toSorted();
  }
}
