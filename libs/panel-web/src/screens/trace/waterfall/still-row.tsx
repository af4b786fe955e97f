import { Component, type JSX } from 'preact';
import { SpanRow, type SpanRowProps } from './span-row.js';

/**
 * A row that is drawn again only when it is another one or elsewhere: while the list is scrolled, the
 * rows that stay cost nothing. What a row reads from signals reaches it all the same.
 */
export class StillRow extends Component<SpanRowProps> {
  override shouldComponentUpdate(next: Readonly<SpanRowProps>): boolean {
    const { place, ...rest } = this.props;
    if (place.transform !== next.place.transform) return true;
    return Object.entries(rest).some(([key, value]) => Reflect.get(next, key) !== value);
  }

  override render(): JSX.Element {
    return <SpanRow {...this.props} />;
  }
}
