/** How the value after a tag is laid out: https://protobuf.dev/programming-guides/encoding/#structure */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED32 = 5;

/** What stands before the value of a field. */
export function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}
