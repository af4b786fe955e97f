import { context, createContextKey } from '@opentelemetry/api';
import type { ResolvedOtelOptions } from '../../../config/resolve-options.js';
import type { Origin } from '../../../config/schema/report.js';
import { failureCounts } from '../../../core/failures.js';
import { hideSecrets } from '../../../core/redaction/secret-values.js';
import { findSplitApiCopies } from '../../../pipeline/api-copies.js';
import type { ObservedExporter } from '../../../pipeline/exporters/observed.exporter.js';
import { keepsSomething } from '../../../pipeline/keeping/keeps-something.js';
import { rootShare } from '../../../pipeline/sampling/root-share.js';
import type { DoctorCheck } from '../contract/index.js';

export interface DoctorFacts {
  readonly options: ResolvedOtelOptions;
  readonly usesForeignProvider: boolean;
  readonly exporters: readonly ObservedExporter[];
  /** Spans that have started since the process has. */
  readonly startedSpans: number;
}

type Check = (facts: DoctorFacts) => DoctorCheck | readonly DoctorCheck[];

/** Looks for everything that is known to keep spans away, and says what helps. */
export class Doctor {
  /** Files are read for it, and they do not change. */
  private splitCopies: readonly string[] | undefined;

  examine(facts: DoctorFacts): readonly DoctorCheck[] {
    this.splitCopies ??= findSplitApiCopies();
    return [copies(this.splitCopies), ...CHECKS.flatMap((check) => check(facts))];
  }
}

function copies(sentences: readonly string[]): DoctorCheck {
  const id = 'api-copies';
  return sentences.length === 0
    ? { id, status: 'ok', text: 'One copy of @opentelemetry/api serves everybody.' }
    : { id, status: 'fail', text: sentences.join(' ') };
}

const provider: Check = ({ usesForeignProvider, startedSpans }) => {
  const id = 'provider';
  if (usesForeignProvider) {
    return {
      id,
      status: 'warn',
      text: 'Another OpenTelemetry SDK is in charge of this process: its spans go to its own processors, and the panel does not see them.',
      remedy: 'Remove the other SDK, its preload file or agent, to see traces here.',
    };
  }
  return startedSpans > 0
    ? { id, status: 'ok', text: 'Spans are made by nestrace.' }
    : { id, status: 'info', text: 'No span has started yet.' };
};

const contextManager: Check = () => {
  const key = createContextKey('nestrace.doctor');
  const active = context.active().setValue(key, true);
  const works = context.with(active, () => context.active().getValue(key) === true);
  return works
    ? { id: 'context', status: 'ok', text: 'The context is carried through async calls.' }
    : {
        id: 'context',
        status: 'fail',
        text: 'There is no context manager: every span would be a trace of its own.',
        remedy:
          'Somebody has called context.disable(). Import OtelModule once, in the root module.',
      };
};

const sampling: Check = ({ options: { sampling: chosen, panel, origins } }) => {
  const id = 'sampling';
  if (chosen.sampler !== undefined) {
    return {
      id,
      status: 'info',
      text: `A sampler of your own decides: ${chosen.sampler.toString()}.`,
    };
  }
  const { strategy } = chosen;
  const share = rootShare(chosen);
  const others = exceptionsOf(chosen, share);
  if (share >= 1) {
    return { id, status: 'ok', text: `Every trace that starts here is exported${others}.` };
  }
  const origin = origins.get(strategy === 'never' ? 'sampling.strategy' : 'sampling.ratio');
  const percent = Math.round((1 - share) * 1000) / 10;
  const here = panel.recordUnsampled ? '' : ' They are not shown here either.';
  return {
    id,
    status: 'warn',
    text: `${percent} % of the traces that start here are not exported${others}.${here}`,
    remedy: saidBy(origin),
  };
};

/** What is decided in another way than by the ratio. */
function exceptionsOf({ rules, keep }: ResolvedOtelOptions['sampling'], share: number): string {
  const exceptions = [
    rules.some(({ ratio }) => ratio !== share) && 'what sampling.rules say',
    share < 1 && keepsSomething(keep) && 'what sampling.keep keeps',
  ].filter((one) => one !== false);
  return exceptions.length === 0 ? '' : `, but for ${exceptions.join(' and ')}`;
}

function saidBy({ variable, file, line }: Partial<Origin> = {}): string {
  if (variable !== undefined) return `The variable ${variable} says so.`;
  return file === undefined ? 'The option is sampling.ratio.' : `${file}:${line} says so.`;
}

const edges: Check = ({ options: { http, autoTrace, outgoing, typeorm } }) => {
  const off = Object.entries({ http, autoTrace, outgoing, typeorm })
    .filter(([, { enabled }]) => !enabled)
    .map(([name]) => name);
  return off.length === 0
    ? { id: 'edges', status: 'ok', text: 'Requests, methods, queries and calls are all traced.' }
    : {
        id: 'edges',
        status: 'info',
        text: `Turned off: ${off.join(', ')}.`,
        remedy: 'Each of them is an option of OtelModule.forRoot().',
      };
};

const exporting: Check = ({ exporters, usesForeignProvider }) => {
  if (exporters.length === 0) {
    return usesForeignProvider
      ? []
      : { id: 'exporters', status: 'info', text: 'No exporter: traces are shown here only.' };
  }
  return exporters.map(({ delivery }, index): DoctorCheck => {
    const id = `exporter-${index}`;
    const { label, lastError, failingSince, lastSuccessAt } = delivery;
    if (failingSince !== undefined) {
      const reason = hideSecrets(lastError?.message ?? 'no reason given').text;
      const text = `${label} fails: ${reason}.`;
      const remedy = lastError?.hint;
      return { id, status: 'fail', text, ...(remedy !== undefined && { remedy }) };
    }
    return lastSuccessAt === undefined
      ? { id, status: 'info', text: `${label} has had nothing to send yet.` }
      : { id, status: 'ok', text: `${label} takes the spans.` };
  });
};

const variables: Check = ({ options: { warnings } }) =>
  warnings.map((text, index): DoctorCheck => ({ id: `option-${index}`, status: 'warn', text }));

const failures: Check = () => {
  const counts = [...failureCounts()];
  return counts.length === 0
    ? []
    : {
        id: 'failures',
        status: 'warn',
        text: `nestrace could not do its work at ${counts.map(([site, count]) => `${site} (${count}×)`).join(', ')}. The application was not affected.`,
        remedy: 'The log has the first failure of each; please report it.',
      };
};

const CHECKS: readonly Check[] = [
  provider,
  contextManager,
  sampling,
  edges,
  exporting,
  variables,
  failures,
];
