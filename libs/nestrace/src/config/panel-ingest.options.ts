import { boolean, integer, oneOf, text } from './schema/kind.js';
import { feature, option, type Resolved } from './schema/node.js';

/**
 * Spans of several services in one panel. The first service that gets the port takes them in; the
 * others send theirs to it.
 *
 * @publicApi
 */
export interface PanelIngestOptions {
  /** Environment: `OTEL_PANEL_INGEST`. @default false; true where one of the others is given */
  readonly enabled?: boolean | undefined;
  /** @default 4318, where OTLP/HTTP goes by default */
  readonly port?: number | undefined;
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** What a sender has to give as `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  /**
   * `hub` only takes, `sibling` only sends, `auto` is whichever the port allows.
   *
   * @default 'auto'
   */
  readonly role?: 'auto' | 'hub' | 'sibling' | undefined;
}

export const ingestSchema = feature({
  enabled: option(boolean, {
    env: 'OTEL_PANEL_INGEST',
    fallback: (lookup) => lookup('panel.ingest') !== undefined,
  }),
  port: option(integer(1, 65_535), { env: 'OTEL_PANEL_INGEST_PORT', fallback: 4318 }),
  host: option(text, { fallback: '127.0.0.1' }),
  token: option<string | undefined>(text, { fallback: undefined }),
  role: option(oneOf('auto', 'hub', 'sibling'), { fallback: 'auto' }),
});

export type ResolvedIngestOptions = Resolved<typeof ingestSchema>;
