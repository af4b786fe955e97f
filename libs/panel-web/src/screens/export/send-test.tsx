import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TestExportResult } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { failureText, type Result } from '../../api/failure.js';
import { formatDuration } from '../../format/duration.js';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { Text } from '../../parts/text.js';
import { announce } from '../../state/announce.js';
import { meta } from '../../state/meta.js';

export interface TestRun {
  readonly sending: boolean;
  readonly result: Result<TestExportResult> | undefined;
  readonly send: () => void;
}

export function useTestExport(index: number): TestRun {
  const [sending, setSending] = useState(false);
  const [result, setResult] = useState<Result<TestExportResult>>();
  const send = async () => {
    setSending(true);
    const answer = await api.testExport(index);
    setSending(false);
    setResult(answer);
    announce(answer.ok && answer.value.ok ? 'The test span was accepted' : 'The test has failed');
  };
  return { sending, result, send: () => void send() };
}

export function SendTest({ run }: { readonly run: TestRun }): JSX.Element {
  const isReadOnly = meta.value?.readOnly === true;
  return (
    <Button
      icon="outgoing"
      disabled={run.sending || isReadOnly}
      title={
        isReadOnly
          ? 'Switched off by panel.readOnly'
          : 'Sends one span at once, past the queue, and shows the answer'
      }
      onClick={run.send}
    >
      {run.sending ? 'Sending…' : 'Send test'}
    </Button>
  );
}

export function TestAnswer({ result }: { readonly result: Result<TestExportResult> }): JSX.Element {
  const isGood = result.ok && result.value.ok;
  return (
    <div class={`export-answer ${isGood ? 'is-ok' : 'is-fail'}`} role="status">
      <Icon name={isGood ? 'check' : 'error'} />
      <div>
        {result.ok ? (
          <>
            <p>
              {isGood ? 'Accepted' : 'Failed'} after {formatDuration(result.value.durationMs)}:{' '}
              <Text value={result.value.text} />
            </p>
            {result.value.hint !== undefined && <p class="soft">{result.value.hint}</p>}
            {isGood && (
              <p class="soft">
                Look for trace <code>{result.value.traceId}</code> where it was sent.
              </p>
            )}
          </>
        ) : (
          <p>{failureText(result.failure)}</p>
        )}
      </div>
    </div>
  );
}
