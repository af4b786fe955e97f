import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SpanFormat } from '../../../libs/nestrace/src/pipeline/exporters/span-format.js';

/** Writes the names of spans, each when it is added. One that is named "broken" cannot be written. */
export function oneByOne(onWritten: (name: string) => void = () => {}): SpanFormat {
  return {
    encode: (spans: ReadableSpan[]) => Buffer.from(spans.map(({ name }) => name).join()),
    startBody: () => {
      const names: string[] = [];
      return {
        add: ({ name }) => {
          if (name === 'broken') throw new Error('cannot be written');
          onWritten(name);
          names.push(name);
        },
        finish: () => Buffer.from(`one by one: ${names.join()}`),
      };
    },
  };
}
