import type { ComponentChildren, JSX } from 'preact';
import type { ErrorDetail } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { hrefOf } from '../../app/router.js';
import { errorMarkdown } from '../../copying/error-markdown.js';
import { formatCount } from '../../format/quantity.js';
import { BackLink } from '../../page/back-link.js';
import { LoadedView } from '../../page/loaded-view.js';
import { Facts, Page, Section } from '../../page/page.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Text } from '../../parts/text.js';
import { Time } from '../../parts/time.js';
import { useLoaded } from '../../parts/use-loaded.js';
import { LogLines } from '../logs/log-lines.js';
import { spanHref } from '../sql/repeat-list.js';
import { HandlingBadge } from './handling-badge.js';
import { SpanPath } from './span-path.js';
import { StackTrace } from './stack-trace.js';

export function ErrorPage({ fingerprint }: { readonly fingerprint: string }): JSX.Element {
  const loaded = useLoaded((abort) => api.error(fingerprint, abort), [fingerprint]);
  const back = <BackLink to={{ screen: 'errors' }}>All errors</BackLink>;
  return (
    <LoadedView of={loaded} gone="This error has left memory" way={back}>
      {(detail) => <OneError detail={detail} back={back} />}
    </LoadedView>
  );
}

interface OneErrorProps {
  readonly detail: ErrorDetail;
  readonly back: ComponentChildren;
}

function OneError({ detail, back }: OneErrorProps): JSX.Element {
  const { group, exception, path, logs, request, samples } = detail;
  return (
    <Page
      title={<Text value={exception.type} line class="error-type" />}
      back={back}
      actions={
        <>
          <CopyButton text={() => errorMarkdown(detail)} label="Copy as markdown">
            Copy
          </CopyButton>
          <a class="button button-primary" href={spanHref(group.traceId, group.spanId)}>
            Open its span
          </a>
        </>
      }
    >
      <p class="error-message">
        <Text value={exception.message === '' ? 'No message' : exception.message} />
      </p>
      <Facts
        entries={[
          ['Route', <Text value={group.route} line />],
          [
            'Request',
            request === undefined ? undefined : <Text value={request} line class="mono" />,
          ],
          ['Status', group.httpStatus],
          ['Handling', <HandlingBadge handling={group.handling} />],
          ['Count', formatCount(group.count)],
          ['First seen', <Time ms={group.firstMs} ago />],
          ['Last seen', <Time ms={group.lastMs} ago />],
        ]}
      />
      <Section title="Spans" note="From the root to where it was thrown">
        <SpanPath
          path={path}
          link={({ spanId }, children) => <a href={spanHref(group.traceId, spanId)}>{children}</a>}
        />
      </Section>
      <Section title="Stack">
        <StackTrace exception={exception} />
      </Section>
      {logs.length > 0 && (
        <Section title="Log" note="What was said in this trace before it">
          <LogLines
            lines={logs}
            link={(line, children) => <a href={spanHref(group.traceId, line.spanId)}>{children}</a>}
          />
        </Section>
      )}
      {samples.length > 0 && (
        <Section title="Traces" note="The newest with this error">
          <ul class="error-samples">
            {samples.map(({ traceId, startMs }) => (
              <li key={traceId}>
                <a href={hrefOf({ screen: 'trace', traceId, tab: 'errors' })}>
                  <code>{traceId.slice(0, 12)}</code> <Time ms={startMs} ago />
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}
