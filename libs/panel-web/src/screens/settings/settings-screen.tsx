import type { JSX } from 'preact';
import { failureText } from '../../api/failure.js';
import { Page, Section } from '../../page/page.js';
import { meta, metaFailure } from '../../state/meta.js';
import { ClearAll } from './clear-all.js';
import { DownloadTraces } from './download-traces.js';
import { ImportBox } from './import-box.js';
import { PreferenceFields } from './preference-fields.js';
import { LimitFacts, ProcessFacts } from './server-facts.js';
import '../../page/data-table.css';
import './settings.css';

export function SettingsScreen(): JSX.Element {
  const known = meta.value;
  const failure = metaFailure.value;
  return (
    <Page title="Settings">
      <Section title="This browser">
        <PreferenceFields />
      </Section>
      <Section title="Traces" note="Files are OTLP JSON, as collectors write and read them">
        <div class="settings-traces">
          <ImportBox />
          <DownloadTraces />
          <ClearAll />
        </div>
      </Section>
      {known !== undefined && (
        <>
          <Section
            title="Process"
            note="Each process keeps its own traces, unless panel.ingest brings them together"
          >
            <ProcessFacts meta={known} />
          </Section>
          <Section title="Limits" note="Set in the options of the panel">
            <LimitFacts meta={known} />
          </Section>
        </>
      )}
      {known === undefined && failure !== undefined && (
        <Section title="Process">
          <p class="soft">{failureText(failure)}</p>
        </Section>
      )}
    </Page>
  );
}
