import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/endpoints.js';
import { failureText } from '../../api/failure.js';
import { readList } from '../../live/feed.js';
import { Button } from '../../parts/button.js';
import { announce } from '../../state/announce.js';
import { meta } from '../../state/meta.js';

/** So long the question stays. */
const ASKED_MS = 5000;

/** Asks once more: what is gone is gone. */
export function ClearAll(): JSX.Element {
  const [asked, setAsked] = useState(false);
  const [note, setNote] = useState('');
  const isReadOnly = meta.value?.readOnly === true;
  useEffect(() => {
    if (!asked) return undefined;
    const timer = setTimeout(() => setAsked(false), ASKED_MS);
    return () => clearTimeout(timer);
  }, [asked]);

  const press = async () => {
    if (!asked) {
      setAsked(true);
      announce('Press again to clear everything');
      return;
    }
    setAsked(false);
    const result = await api.clear();
    const text = result.ok ? 'Cleared.' : failureText(result.failure);
    setNote(text);
    announce(text);
    await readList(false);
  };
  return (
    <div class="settings-line">
      <Button
        icon="trash"
        kind="danger"
        disabled={isReadOnly}
        title={isReadOnly ? 'Switched off by panel.readOnly' : 'Asks once more'}
        onClick={() => void press()}
      >
        {asked ? 'Press again to clear' : 'Clear everything'}
      </Button>
      <span class="soft">
        {isReadOnly
          ? 'Switched off by panel.readOnly'
          : note || 'Traces, statements and errors in memory. What was exported stays where it is.'}
      </span>
    </div>
  );
}
