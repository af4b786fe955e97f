import type { SpanView } from '../../../libs/nestrace/src/pipeline/exporters/console/span-view.js';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** A span with its name for an id; spans named by later letters start later. */
export function view(name: string, parent?: string, given: Partial<SpanView> = {}): SpanView {
  return {
    traceId: TRACE_ID,
    spanId: name,
    ...(parent !== undefined && { parentSpanId: parent }),
    name,
    kind: 'INTERNAL',
    service: 'shop',
    startTime: 1000 + name.charCodeAt(0),
    durationMs: 10,
    status: { code: 'UNSET' },
    attributes: {},
    events: [],
    links: [],
    ...given,
  };
}

/** Spans that lie in each other, one level each. */
export function chain(levels: number): SpanView[] {
  return Array.from({ length: levels }, (_, level) =>
    view(`level ${level}`, level === 0 ? undefined : `level ${level - 1}`, {
      startTime: 1000 + level,
      durationMs: levels - level,
    }),
  );
}
