import type { JSX } from 'preact';
import type { TraceErrors } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { hrefOf } from '../../app/router.js';
import { stackText } from '../../copying/error-markdown.js';
import { codeBlock } from '../../copying/markdown.js';
import { LoadedView } from '../../page/loaded-view.js';
import { CopyButton } from '../../parts/copy-button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Text } from '../../parts/text.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { HandlingBadge } from '../errors/handling-badge.js';
import { SpanPath } from '../errors/span-path.js';
import { StackTrace } from '../errors/stack-trace.js';
import { SpanButton } from './span-button.js';
import type { TraceTabProps } from './tab-props.js';
import '../errors/errors.css';
import './tabs.css';

export function ErrorsTab({ traceId, detail, onSelectSpan }: TraceTabProps): JSX.Element {
  const { seq } = detail.summary;
  const loaded = useLoaded((abort) => api.traceErrors(traceId, abort), [traceId, seq]);
  return (
    <LoadedView of={loaded} gone="This trace has left memory">
      {({ errors }) =>
        errors.length === 0 ? (
          <EmptyState icon="check" title="No errors in this trace">
            <p>No span of it has recorded an exception.</p>
          </EmptyState>
        ) : (
          <div class="tab-body">
            {errors.map((error) => (
              <OneError key={error.spanId} error={error} onSelectSpan={onSelectSpan} />
            ))}
          </div>
        )
      }
    </LoadedView>
  );
}

interface OneErrorProps {
  readonly error: TraceErrors['errors'][number];
  readonly onSelectSpan: (spanId: string) => void;
}

function OneError({ error, onSelectSpan }: OneErrorProps): JSX.Element {
  const { exception, handling, fingerprint, path } = error;
  return (
    <article class="tab-error">
      <div class="tab-error-head">
        <h2 class="error-type">
          <Text value={exception.type} line />
        </h2>
        <HandlingBadge handling={handling} />
        <a href={hrefOf({ screen: 'errors', fingerprint })}>Everywhere it was seen</a>
        <CopyButton text={() => codeBlock(stackText(exception))} label="Copy as markdown" />
      </div>
      <p class="error-message">
        <Text value={exception.message === '' ? 'No message' : exception.message} />
      </p>
      <SpanPath
        path={path}
        link={({ spanId }, children) => (
          <SpanButton spanId={spanId} onSelectSpan={onSelectSpan}>
            {children}
          </SpanButton>
        )}
      />
      <StackTrace exception={exception} />
    </article>
  );
}
