import { describe, expect, it } from 'vitest';
import { redactDatabaseMessage } from '../../../../libs/nestrace/src/core/redaction/redact-database-message.js';

describe('redactDatabaseMessage', () => {
  it.each([
    [
      "Duplicate entry 'ann@example.org' for key 'authors.IDX_1'",
      "Duplicate entry '?' for key 'authors.IDX_1'",
    ],
    ["Duplicate entry 'it's' for key 'a' for key 'IDX_1'", "Duplicate entry '?' for key 'IDX_1'"],
    [
      "Incorrect integer value: 'hunter2' for column `shop`.`books`.`pages` at row 1",
      "Incorrect integer value: '?' for column `shop`.`books`.`pages` at row 1",
    ],
    ["Truncated incorrect DOUBLE value: 'hunter2'", "Truncated incorrect DOUBLE value: '?'"],
    [
      "You have an error in your SQL syntax; check the manual for the right syntax to use near 'FORM users WHERE email = 'ann@exam...' at line 1",
      "You have an error in your SQL syntax; check the manual for the right syntax to use near '?' at line 1",
    ],
    [
      'invalid input syntax for type integer: "hunter2"',
      'invalid input syntax for type integer: "?"',
    ],
    ['invalid input value for enum status: "a "b" c"', 'invalid input value for enum status: "?"'],
    [
      'value "99999999999" is out of range for type integer',
      'value "?" is out of range for type integer',
    ],
    [`syntax error at or near "'hunter2'"`, 'syntax error at or near "\'?"'],
    [
      `unterminated quoted string at or near "'hunter2\n\nLIMIT 1"`,
      'unterminated quoted string at or near "\'?"',
    ],
    [`near "'hunter2'": syntax error`, `near "'?": syntax error`],
    [
      "Cannot insert duplicate key in object 'dbo.t'. The duplicate key value is (ann, 42).",
      "Cannot insert duplicate key in object 'dbo.t'. The duplicate key value is (?).",
    ],
    [
      "Conversion failed when converting the varchar value 'hunter2' to data type int.",
      "Conversion failed when converting the varchar value '?' to data type int.",
    ],
  ])('takes the value out of %j', (message, expected) => {
    expect(redactDatabaseMessage(message)).toBe(expected);
  });

  it.each([
    'duplicate key value violates unique constraint "UQ_1"',
    'relation "nowhere" does not exist',
    'column "emial" of relation "users" does not exist',
    'syntax error at or near "SELEKT"',
    "Table 'shop.nowhere' doesn't exist",
    "Unknown column 'emial' in 'field list'",
    "Data too long for column 'title' at row 1",
    'UNIQUE constraint failed: authors.email',
    'near "SELEKT": syntax error',
    "Invalid object name 'nowhere'.",
    '',
  ])('leaves %j as it is', (message) => {
    expect(redactDatabaseMessage(message)).toBe(message);
  });

  it('takes the value out of a message of several lines', () => {
    expect(redactDatabaseMessage("Duplicate entry 'first\nsecond' for key 'a'")).toBe(
      "Duplicate entry '?' for key 'a'",
    );
  });
});
