import type { JSX } from 'preact';
import type { DoctorCheck } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { Icon, type IconName } from '../../parts/icon.js';
import { Text } from '../../parts/text.js';

const SIGNS: Readonly<Record<DoctorCheck['status'], readonly [IconName, string]>> = {
  fail: ['error', 'Wrong'],
  warn: ['warn', 'Doubtful'],
  info: ['info', 'To know'],
  ok: ['check', 'Good'],
};

const ORDER: readonly DoctorCheck['status'][] = ['fail', 'warn', 'info', 'ok'];

/** What is wrong comes first, with what to do about it. */
export function DoctorList({ checks }: { readonly checks: readonly DoctorCheck[] }): JSX.Element {
  const sorted = checks.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return (
    <ul class="checks">
      {sorted.map((check) => {
        const [icon, word] = SIGNS[check.status];
        return (
          <li key={check.id} class={`check is-${check.status}`}>
            <Icon name={icon} label={word} />
            <div>
              <Text value={check.text} />
              {check.remedy !== undefined && (
                <p class="check-remedy">
                  <Text value={check.remedy} />
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
