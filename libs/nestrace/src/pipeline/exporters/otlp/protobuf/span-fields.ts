import { FIXED32, FIXED64, LENGTH_DELIMITED, tag, VARINT } from './wire.js';

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
export const SPAN = {
  TRACE_ID: tag(1, LENGTH_DELIMITED),
  SPAN_ID: tag(2, LENGTH_DELIMITED),
  TRACE_STATE: tag(3, LENGTH_DELIMITED),
  PARENT_SPAN_ID: tag(4, LENGTH_DELIMITED),
  NAME: tag(5, LENGTH_DELIMITED),
  KIND: tag(6, VARINT),
  START_TIME: tag(7, FIXED64),
  END_TIME: tag(8, FIXED64),
  ATTRIBUTES: tag(9, LENGTH_DELIMITED),
  DROPPED_ATTRIBUTES: tag(10, VARINT),
  EVENTS: tag(11, LENGTH_DELIMITED),
  DROPPED_EVENTS: tag(12, VARINT),
  LINKS: tag(13, LENGTH_DELIMITED),
  DROPPED_LINKS: tag(14, VARINT),
  STATUS: tag(15, LENGTH_DELIMITED),
  FLAGS: tag(16, FIXED32),
} as const;

export const EVENT = {
  TIME: tag(1, FIXED64),
  NAME: tag(2, LENGTH_DELIMITED),
  ATTRIBUTES: tag(3, LENGTH_DELIMITED),
  DROPPED_ATTRIBUTES: tag(4, VARINT),
} as const;

export const LINK = {
  TRACE_ID: tag(1, LENGTH_DELIMITED),
  SPAN_ID: tag(2, LENGTH_DELIMITED),
  TRACE_STATE: tag(3, LENGTH_DELIMITED),
  ATTRIBUTES: tag(4, LENGTH_DELIMITED),
  DROPPED_ATTRIBUTES: tag(5, VARINT),
  FLAGS: tag(6, FIXED32),
} as const;

export const STATUS = {
  MESSAGE: tag(2, LENGTH_DELIMITED),
  CODE: tag(3, VARINT),
} as const;
