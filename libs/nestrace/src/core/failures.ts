import { diag } from '@opentelemetry/api';

/** Every place where code of ours runs inside the user's request. */
export type FailureSite =
  | 'incoming.request'
  | 'incoming.route'
  | 'incoming.handler'
  | 'incoming.response'
  | 'incoming.ignore'
  | 'sampling'
  | 'interceptor'
  | 'exception'
  | 'execution'
  | 'traced.start'
  | 'traced.attributes'
  | 'traced.result'
  | 'traced.end'
  | 'outgoing.start'
  | 'outgoing.response'
  | 'outgoing.propagate'
  | 'typeorm.before'
  | 'typeorm.after'
  | 'typeorm.attach'
  | 'autotrace.install'
  | 'autotrace.select'
  | 'lifecycle'
  | 'logging'
  | 'processor.start'
  | 'processor.end'
  | 'exporter'
  | 'metrics'
  | 'panel.start'
  | 'panel.answer'
  | 'panel.stream'
  | 'panel.ingest'
  | 'log';

const counts = new Map<FailureSite, number>();

/**
 * Notes that code of ours failed and was skipped. The first failure of a site is said through
 * `diag`, later ones are only counted: a broken hook must not flood the log of a busy service.
 */
export function noteFailure(site: FailureSite, error: unknown): void {
  const count = (counts.get(site) ?? 0) + 1;
  counts.set(site, count);
  if (count > 1) return;
  try {
    diag.error(
      `nestrace could not do its work at "${site}"; the application was not affected. ` +
        `Later failures here are only counted.`,
      error,
    );
  } catch {
    // A log that throws leaves nothing to say it with; the count above stands.
  }
}

/** How often each site failed since the process started. */
export function failureCounts(): ReadonlyMap<FailureSite, number> {
  return counts;
}
