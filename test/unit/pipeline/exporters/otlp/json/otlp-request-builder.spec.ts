import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { jsonFormat } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/json/json.format.js';
import { ProtobufFormat } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import { decodeJson, decodeProtobuf } from '../../../../../support/receivers/otlp-definitions.js';
import { HostileSpans } from '../../../../support/hostile-spans.js';
import { Random } from '../../../../support/random.js';

describe('a request in JSON', () => {
  it.each(Array.from({ length: 20 }, (_, index) => index))(
    'says what one in protobuf says, whatever the values (%d)',
    (seed) => {
      const random = new Random(seed);
      const hostile = new HostileSpans(random, 'valid');
      for (let round = 0; round < 10; round++) {
        const spans: ReadableSpan[] = [
          ...random.listOf(random.between(0, 8), () => hostile.span()),
        ];
        expect(decodeJson(jsonFormat.encode(spans))).toEqual(
          decodeProtobuf(new ProtobufFormat().encode(spans)),
        );
      }
    },
  );
});
