import { inCode } from './schema/kind.js';
import { group, option } from './schema/node.js';

/** A template of a link to a trace elsewhere. @publicApi */
export interface PanelLink {
  readonly name: string;
  /** `http` or `https`; `{traceId}` and `{spanId}` become the ids in hexadecimal. */
  readonly url: string;
}

/** @publicApi */
export interface PanelLinksOptions {
  /** Base URL of Jaeger. @default 'http://localhost:16686' where OTLP goes to this machine */
  readonly jaeger?: string | false | undefined;
  /** Base URL of Zipkin. @default that of a Zipkin exporter */
  readonly zipkin?: string | false | undefined;
  /** Others: Tempo, Honeycomb, … @default [] */
  readonly custom?: readonly PanelLink[] | undefined;
}

const baseUrl = inCode<string | false | undefined>(
  'a URL that starts with http:// or https://, or false',
  (value) => value === false || isHttpUrl(value),
);

function isHttpUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
}

const customLinks = inCode<readonly PanelLink[]>(
  'a list of { name, url }, each url starting with http:// or https://',
  (value) =>
    Array.isArray(value) &&
    value.every((item: Partial<PanelLink> | null) => {
      return typeof item?.name === 'string' && item.name !== '' && isHttpUrl(item.url);
    }),
);

export const panelLinksSchema = group({
  jaeger: option(baseUrl, { fallback: undefined }),
  zipkin: option(baseUrl, { fallback: undefined }),
  custom: option(customLinks, { fallback: [] }),
});
