import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ScreenProps } from '../../app/screens.js';
import { failureText } from '../../api/failure.js';
import { Banner } from '../../parts/banner.js';
import { GoneState } from './gone-state.js';
import { TraceBody } from './trace-body.js';
import { keepLayout } from './trace-layout.js';
import { useTrace } from './use-trace.js';
import './trace.css';
import './waterfall.css';
import './drawer.css';

export function TraceScreen({ route }: ScreenProps<'trace'>): JSX.Element {
  useEffect(keepLayout, []);
  // Another trace is another screen: nothing of the last one may stay.
  return <OneTrace key={route.traceId} route={route} />;
}

function OneTrace({ route }: ScreenProps<'trace'>): JSX.Element {
  const { view, failure, retry } = useTrace(route.traceId);
  if (view === undefined) {
    if (failure === undefined) return <div class="trace" aria-busy="true" />;
    return <GoneState traceId={route.traceId} failure={failure} onRetry={retry} />;
  }
  const { omitted, summary } = view.detail.value;
  return (
    <div class="trace">
      {failure !== undefined && failure.kind !== 'unreachable' && (
        <Banner tone="warn">{failureText(failure)} What you see is what was read before.</Banner>
      )}
      {omitted.spans > 0 && (
        <Banner tone="info">
          {`Showing ${summary.spans} of ${summary.spans + omitted.spans} spans`}
          {omitted.option !== undefined && (
            <>
              {' '}
              (the limit is <code>{omitted.option}</code>)
            </>
          )}
        </Banner>
      )}
      <TraceBody view={view} route={route} />
    </div>
  );
}
