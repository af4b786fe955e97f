/** Something that happens in practice: its message says all there is to say, its stack nothing. */
export class ExpectedError extends Error {}
