import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_RPC_STATUS_CODE,
} from '../attributes.js';
import { ExportError, PartialSuccessError } from '../exporters/export.error.js';
import { failureReason } from '../exporters/failure-reason.js';
import { errorTypeOf } from './span-flow.js';

/** What a measurement tells of how an export ended; nothing where it ended well. */
export function exportAttributes(error: unknown): Attributes {
  if (error === undefined) return {};
  if (error instanceof PartialSuccessError) return partly(error);
  const attributes: Attributes = { [ATTR_ERROR_TYPE]: errorTypeOf(failureReason(error)) };
  if (!(error instanceof ExportError)) return attributes;
  const { httpStatus, grpcStatus } = error.facts;
  if (httpStatus !== undefined) attributes[ATTR_HTTP_RESPONSE_STATUS_CODE] = httpStatus;
  const name = grpcStatus === undefined ? undefined : GRPC_STATUS[grpcStatus];
  if (name !== undefined) attributes[ATTR_RPC_STATUS_CODE] = name;
  return attributes;
}

/** A backend may also have nothing but a remark. */
function partly({ rejectedSpans, reasons }: PartialSuccessError): Attributes {
  if (rejectedSpans === 0) return {};
  const [reason] = Object.keys(reasons ?? {});
  return { [ATTR_ERROR_TYPE]: reason === undefined ? 'rejected' : errorTypeOf(reason) };
}

/** By their numbers: https://grpc.io/docs/guides/status-codes/ */
const GRPC_STATUS = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
