import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownAttribute } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { HOME, navigate } from '../../../app/router.js';
import { printable } from '../../../format/printable.js';
import { formatCount } from '../../../format/quantity.js';
import { Button, IconButton } from '../../../parts/button.js';
import { copyText } from '../../../parts/copy.js';
import { filterBy } from './filter-by.js';
import { prettyJson } from './pretty-json.js';

/** More than three lines of an ordinary drawer. */
const LONG = 160;

interface AttributeValueProps {
  readonly attribute: ShownAttribute;
  readonly canFilter: boolean;
}

/** A click on it shows what can be done with it. */
export function AttributeValue({ attribute, canFilter }: AttributeValueProps): JSX.Element {
  const { key, value, type, redacted, cut } = attribute;
  const [open, setOpen] = useState(false);
  const [whole, setWhole] = useState(false);
  const [asJson, setAsJson] = useState(false);
  if (redacted !== undefined) {
    return <span class="attribute-redacted">•••• redacted ({printable(redacted)})</span>;
  }
  const pretty = prettyJson(value);
  const isLong = value.length > LONG || value.split('\n').length > 3;
  const query = canFilter && cut === undefined ? filterBy(key, value) : undefined;
  const toggle = () => {
    // Whoever selects a part of it wants that.
    if (getSelection()?.isCollapsed !== false) setOpen(!open);
  };
  const shown = asJson && pretty !== undefined ? pretty : value;
  const folds = isLong && !whole && !asJson;
  return (
    <>
      <div class="attribute-line">
        <div class={`attribute-value is-${type} ${folds ? 'is-folded' : ''}`} onClick={toggle}>
          {shown === '' ? <span class="faint">(empty)</span> : printable(shown)}
        </div>
        <span class="attribute-more">
          <IconButton
            icon="more"
            label={`What to do with ${key}`}
            pressed={open}
            onClick={() => setOpen(!open)}
          />
        </span>
      </div>
      {cut !== undefined && (
        <span class="faint">… {formatCount(cut)} more characters were cut off</span>
      )}
      {(open || isLong) && (
        <div class="attribute-actions">
          {isLong && !asJson && (
            <Button kind="quiet" onClick={() => setWhole(!whole)}>
              {whole ? 'Show less' : 'Show all'}
            </Button>
          )}
          {pretty !== undefined && (open || isLong) && (
            <Button kind="quiet" pressed={asJson} onClick={() => setAsJson(!asJson)}>
              JSON
            </Button>
          )}
          {open && query !== undefined && (
            <Button
              kind="quiet"
              icon="filter"
              title={query}
              onClick={() => navigate({ ...HOME, query })}
            >
              Filter list by this
            </Button>
          )}
          {open && (
            <Button kind="quiet" icon="copy" onClick={() => void copyText(value)}>
              Copy
            </Button>
          )}
        </div>
      )}
    </>
  );
}
