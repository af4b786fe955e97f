import type { JSX } from 'preact';
import { api } from '../api/endpoints.js';
import { failureText } from '../api/failure.js';
import { printableLine } from '../format/printable.js';
import { Banner } from '../parts/banner.js';
import { Button } from '../parts/button.js';
import { liveState, refused, retryAt } from '../state/connection.js';
import { meta } from '../state/meta.js';
import { now } from '../state/now.js';
import { capture } from '../state/traces.js';

/** Why there is nothing to see, or not all of it. */
export function Banners(): JSX.Element {
  return (
    <>
      <ConnectionBanner />
      <CaptureBanner />
      <RecordingBanner />
      <HubBanner />
    </>
  );
}

function ConnectionBanner(): JSX.Element | null {
  const failure = refused.value;
  if (failure !== undefined) {
    const option = failure.kind === 'refused' ? failure.refusal.option : undefined;
    return (
      <Banner tone="error">
        {printableLine(failureText(failure))}
        {option !== undefined && (
          <>
            {' – the option that decides: '}
            <code>{printableLine(option)}</code>
          </>
        )}
      </Banner>
    );
  }
  const at = retryAt.value;
  if (liveState.value !== 'disconnected' || at === undefined) return null;
  const seconds = Math.max(1, Math.ceil((at - now.value) / 1000));
  return <Banner tone="warn">The application does not answer – retrying in {seconds} s</Banner>;
}

function CaptureBanner(): JSX.Element | null {
  const { paused, autoPaused } = capture.value;
  if (!paused && autoPaused === undefined) return null;
  return (
    <Banner
      tone="warn"
      actions={
        !paused || meta.value?.readOnly === true ? null : (
          <Button onClick={() => void resume()}>Record again</Button>
        )
      }
    >
      {autoPaused ?? 'The panel records nothing at the moment: recording is paused.'}
    </Banner>
  );
}

async function resume(): Promise<void> {
  const result = await api.pause(false);
  if (result.ok) capture.value = result.value;
}

const UNUSUAL = {
  off: 'Tracing is off.',
  'foreign-sdk': 'Another OpenTelemetry SDK was registered first: its spans do not come here.',
  'not-sampling': 'The sampler keeps no trace.',
  'partly-sampling': 'The sampler keeps only some of the traces.',
};

function RecordingBanner(): JSX.Element | null {
  const recording = meta.value?.recording;
  if (recording === undefined || recording.state === 'recording') return null;
  const tone = recording.state === 'partly-sampling' ? 'info' : 'warn';
  return <Banner tone={tone}>{recording.reason ?? UNUSUAL[recording.state]}</Banner>;
}

function HubBanner(): JSX.Element | null {
  const hub = meta.value?.hub;
  if (hub?.problem === undefined) return null;
  return <Banner tone="info">{hub.problem}</Banner>;
}
