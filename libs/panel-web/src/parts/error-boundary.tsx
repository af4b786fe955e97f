import { Component, type ComponentChildren, type JSX } from 'preact';
import { Button } from './button.js';
import { CopyButton } from './copy-button.js';
import { EmptyState } from './empty-state.js';

interface Props {
  readonly children: ComponentChildren;
}

interface State {
  readonly error: Error | undefined;
}

/** A screen that breaks takes nothing else with it. Give it a key, so that another screen starts anew. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static override getDerivedStateFromError(thrown: unknown): State {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): JSX.Element {
    const { error } = this.state;
    if (error === undefined) return <>{this.props.children}</>;
    const report = () =>
      [error.stack ?? error.message, navigator.userAgent, location.hash].join('\n\n');
    return (
      <EmptyState icon="warn" title="This screen has failed">
        <p class="mono">{error.message}</p>
        <p class="actions">
          <Button onClick={() => this.setState({ error: undefined })}>Try again</Button>
          <CopyButton text={report} label="Copy report">
            Copy report
          </CopyButton>
        </p>
      </EmptyState>
    );
  }
}
