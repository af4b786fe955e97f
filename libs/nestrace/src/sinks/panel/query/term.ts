/** How a value is compared. `:` asks whether a text is part of it. */
export type Operator = ':' | '=' | '!=' | '>' | '>=' | '<' | '<=';

/** One condition of a query. */
export interface Term {
  readonly isNegated: boolean;
  /** Undefined for a text that may stand anywhere. */
  readonly key: string | undefined;
  readonly operator: Operator;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}
