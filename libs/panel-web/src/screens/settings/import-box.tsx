import type { JSX, TargetedDragEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/button.js';
import { meta } from '../../state/meta.js';
import { ImportOutcome } from './import-outcome.js';
import { importFiles, type ImportedFile } from './import-files.js';

/** OTLP/JSON in, by the file dialog or dropped. */
export function ImportBox(): JSX.Element {
  const [files, setFiles] = useState<readonly ImportedFile[]>([]);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const isReadOnly = meta.value?.readOnly === true;

  const take = async (list: FileList | null | undefined) => {
    if (list === null || list === undefined || list.length === 0 || isReadOnly || busy) return;
    setBusy(true);
    setFiles(await importFiles([...list]));
    setBusy(false);
  };
  const onDragOver = (event: TargetedDragEvent<HTMLDivElement>) => {
    if (isReadOnly) return;
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event: TargetedDragEvent<HTMLDivElement>) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer?.files);
  };
  return (
    <>
      <div
        class={`drop ${over ? 'is-over' : ''}`}
        onDragOver={onDragOver}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Button
          icon="up"
          disabled={isReadOnly || busy}
          title={isReadOnly ? 'Switched off by panel.readOnly' : 'Choose files'}
          onClick={() => input.current?.click()}
        >
          {busy ? 'Reading…' : 'Import OTLP JSON'}
        </Button>
        <span class="soft">
          {isReadOnly ? 'Switched off by panel.readOnly' : 'or drop files here, up to 4 MB each'}
        </span>
        <input
          ref={input}
          class="only-read"
          type="file"
          accept=".json,application/json"
          multiple
          tabIndex={-1}
          aria-hidden="true"
          onChange={(event) => {
            const chosen = event.currentTarget;
            void take(chosen.files).then(() => {
              // The same file again would be no change otherwise.
              chosen.value = '';
            });
          }}
        />
      </div>
      {files.length > 0 && (
        <ul class="imported" role="status">
          {files.map((file, index) => (
            <ImportOutcome key={index} file={file} />
          ))}
        </ul>
      )}
    </>
  );
}
