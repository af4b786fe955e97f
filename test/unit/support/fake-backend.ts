import type {
  ExportBrief,
  StreamTick,
  TraceCounts,
  TraceList,
  TraceSummary,
} from '../../../libs/nestrace/src/sinks/panel/contract/index.js';
import type {
  ListQuery,
  PanelBackend,
} from '../../../libs/nestrace/src/sinks/panel/panel-backend.js';

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const SPAN_ID = '00f067aa0ba902b7';
/** What only those who are let in may read. */
export const SECRET = 'the-data-of-the-panel';

const COUNTS: TraceCounts = {
  all: 1,
  errors: 0,
  slow: 0,
  nPlusOne: 0,
  inFlight: 0,
  orphans: 0,
  noise: 0,
};

/** Knows one trace, says of everything what it was asked, and keeps the calls. */
export class FakeBackend {
  readonly calls: (readonly [name: string, ...args: unknown[]])[] = [];
  seq = 7;
  paused = false;
  brief: ExportBrief = { state: 'ok', text: 'all well' };
  /** Ticks that were asked for with an older number get this. */
  isLost = false;
  /** Makes every tick this long. */
  ballast = '';

  /** The fake answers in shapes of its own: what is in an answer is not the concern of who serves it. */
  static asBackend(fake: FakeBackend): PanelBackend {
    return fake as unknown as PanelBackend;
  }

  called(name: string): readonly (readonly unknown[])[] {
    return this.calls.filter(([called]) => called === name).map(([, ...args]) => args);
  }

  meta(): unknown {
    return this.answer('meta', [], { secret: SECRET, capture: { paused: this.paused } });
  }

  traces(query: ListQuery): TraceList {
    this.calls.push(['traces', query]);
    const { seq } = this;
    return { bootId: SECRET, seq, traces: [], removed: [], matching: 0, counts: COUNTS };
  }

  tick(query: ListQuery & { readonly since: number }): StreamTick | 'resync' {
    this.calls.push(['tick', query]);
    if (this.isLost) {
      this.isLost = false;
      return 'resync';
    }
    const name = `trace ${this.seq}${this.ballast}`;
    const upserts = query.since < this.seq ? [{ name } as TraceSummary] : [];
    return {
      bootId: SECRET,
      seq: this.seq,
      upserts,
      removed: [],
      matching: 1,
      counts: COUNTS,
      export: this.brief,
      capture: { paused: this.paused },
    };
  }

  routes = (): unknown => this.answer('routes', []);
  trace = (id: string): unknown => this.ofTrace('trace', [id]);
  span = (id: string, spanId: string): unknown =>
    spanId === SPAN_ID ? this.ofTrace('span', [id, spanId]) : undefined;
  search = (id: string, ...rest: unknown[]): unknown => this.ofTrace('search', [id, ...rest]);
  traceSql = (id: string): unknown => this.ofTrace('traceSql', [id]);
  traceErrors = (id: string): unknown => this.ofTrace('traceErrors', [id]);
  traceLogs = (id: string): unknown => this.ofTrace('traceLogs', [id]);
  propagation = (id: string): unknown => this.ofTrace('propagation', [id]);
  otlp = (id: string): unknown => this.ofTrace('otlp', [id]);
  statements = (): unknown => this.answer('statements', []);
  statement = (fingerprint: string): unknown =>
    fingerprint === 'abc1' ? this.answer('statement', [fingerprint]) : undefined;
  errors = (): unknown => this.answer('errors', []);
  error = (fingerprint: string): unknown =>
    fingerprint === 'abc1' ? this.answer('error', [fingerprint]) : undefined;
  exportStatus = (): unknown => this.answer('exportStatus', []);

  gone(traceId: string, bootId: string | undefined): unknown {
    return this.answer('gone', [traceId, bootId], { reason: 'evicted', text: 'gone', links: [] });
  }

  clear(): void {
    this.calls.push(['clear']);
  }

  pause(paused: boolean): void {
    this.calls.push(['pause', paused]);
    this.paused = paused;
  }

  async testExport(index: number): Promise<unknown> {
    await Promise.resolve();
    return index === 0 ? this.answer('testExport', [index], { ok: true }) : undefined;
  }

  import(document: string): unknown {
    return this.answer('import', [document], { spans: document.length });
  }

  private ofTrace(name: string, args: readonly unknown[]): unknown {
    return args[0] === TRACE_ID ? this.answer(name, args) : undefined;
  }

  private answer(name: string, args: readonly unknown[], value?: unknown): unknown {
    this.calls.push([name, ...args]);
    return value ?? { secret: SECRET, name, args };
  }
}
