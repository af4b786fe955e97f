import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/endpoints.js';
import { plural } from '../../format/quantity.js';
import { Button } from '../../parts/button.js';
import { announce } from '../../state/announce.js';
import { meta } from '../../state/meta.js';
import { book } from '../../state/traces.js';
import { mergeOtlp } from './merge-otlp.js';
import { fileName, saveFile } from '../../parts/save-file.js';

/** The traces of the list, as it is filtered, in one file. */
export function DownloadTraces(): JSX.Element {
  const { shown, bootId } = book.value;
  // Those of a process that is gone can be read no more.
  const ids = shown.filter((one) => one.bootId === bootId).map(({ summary }) => summary.id);
  const [done, setDone] = useState<number>();
  const [note, setNote] = useState('');
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const download = async () => {
    const controller = new AbortController();
    abort.current = controller;
    setNote('');
    const parts: unknown[] = [];
    for (const [index, id] of ids.entries()) {
      setDone(index);
      const answer = await api.otlp(id, controller.signal);
      if (controller.signal.aborted) return;
      if (answer.ok) parts.push(answer.value);
    }
    setDone(undefined);
    const missing = ids.length - parts.length;
    const text = `${plural(parts.length, 'trace')} saved${missing > 0 ? `, ${missing} had left memory` : ''}`;
    if (parts.length > 0) {
      const service = meta.peek()?.service.name ?? '';
      saveFile(fileName(service, Date.now()), JSON.stringify(mergeOtlp(parts)));
    }
    setNote(parts.length > 0 ? text : 'None of them could be read');
    announce(text);
  };
  return (
    <div class="settings-line">
      <Button
        icon="download"
        disabled={done !== undefined || ids.length === 0}
        onClick={() => void download()}
      >
        {done === undefined
          ? `Save ${plural(ids.length, 'trace')} as OTLP JSON`
          : `${done} of ${ids.length}…`}
      </Button>
      <span class="soft">
        {note === ''
          ? 'All that the list shows now, as it is filtered. Secrets stay hidden.'
          : note}
      </span>
    </div>
  );
}
