import type { ComponentChildren, JSX } from 'preact';
import './page.css';

interface PageProps {
  readonly title: ComponentChildren;
  /** Small, behind the title. */
  readonly note?: ComponentChildren;
  /** Above the title: where one came from. */
  readonly back?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Page({ title, note, back, actions, children }: PageProps): JSX.Element {
  return (
    <div class="page">
      <header class="page-head">
        <div class="page-heading">
          {back}
          <h1 class="page-title">{title}</h1>
          {note !== undefined && <div class="page-note">{note}</div>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}

export function Section({
  title,
  note,
  actions,
  children,
  class: extra = '',
}: SectionProps): JSX.Element {
  return (
    <section class={`page-section ${extra}`}>
      <div class="page-section-head">
        <h2 class="page-section-title">{title}</h2>
        {note !== undefined && <span class="page-note">{note}</span>}
        {actions !== undefined && <div class="page-section-actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** Names and values, as a list of both. */
export function Facts(props: {
  readonly entries: readonly (readonly [name: string, value: ComponentChildren])[];
}): JSX.Element {
  return (
    <dl class="facts">
      {props.entries.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} class="facts-entry">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
