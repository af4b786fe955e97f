import type { ComponentChildren, JSX } from 'preact';
import { Icon } from '../../parts/icon.js';
import { Text } from '../../parts/text.js';

interface Step {
  readonly spanId: string;
  readonly name: string;
}

interface SpanPathProps {
  readonly path: readonly Step[];
  readonly link: (step: Step, children: ComponentChildren) => JSX.Element;
}

/** From the root to where it was thrown. */
export function SpanPath({ path, link }: SpanPathProps): JSX.Element {
  return (
    <ol class="span-path" aria-label="Spans from the root">
      {path.map((step, index) => (
        <li key={step.spanId} class={index === path.length - 1 ? 'is-last' : ''}>
          {index > 0 && <Icon name="chevron" />}
          {link(step, <Text value={step.name} line class="clip" />)}
        </li>
      ))}
    </ol>
  );
}
