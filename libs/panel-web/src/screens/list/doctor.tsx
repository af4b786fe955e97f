import type { JSX } from 'preact';
import { api } from '../../api/endpoints.js';
import { hrefOf } from '../../app/router.js';
import { printable } from '../../format/printable.js';
import { plural } from '../../format/quantity.js';
import { Icon, type IconName } from '../../parts/icon.js';
import { useLoaded } from '../../parts/use-loaded.js';

const ICONS = {
  ok: 'check',
  info: 'info',
  warn: 'warn',
  fail: 'error',
} satisfies Record<string, IconName>;

/** Whether something is in the way of traces, as long as there are none. */
export function Doctor(): JSX.Element | null {
  const { value } = useLoaded((signal) => api.exportStatus(signal), []);
  if (value === undefined) return null;
  const { doctor } = value;
  const bad = doctor.filter(({ status }) => status === 'warn' || status === 'fail');
  return (
    <section class="doctor" aria-label="Doctor">
      <p class="doctor-title">
        {bad.length === 0
          ? `All ${plural(doctor.length, 'check')} are well`
          : `${bad.length} of ${plural(doctor.length, 'check')} ${bad.length === 1 ? 'needs' : 'need'} a look`}
        <a href={hrefOf({ screen: 'export' })}>Export and doctor</a>
      </p>
      {doctor.map(({ id, status, text, remedy }) => (
        <p key={id} class={`doctor-line doctor-${status}`}>
          <Icon name={ICONS[status]} label={status} />
          <span>
            {printable(text)}
            {remedy !== undefined && <span class="doctor-remedy">{printable(remedy)}</span>}
          </span>
        </p>
      ))}
    </section>
  );
}
