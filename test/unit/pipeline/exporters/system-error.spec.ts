import { expect, it } from 'vitest';
import {
  isNotTls,
  systemMessage,
} from '../../../../libs/nestrace/src/pipeline/exporters/system-error.js';

const WRONG_VERSION =
  'write EPROTO 800C0A576F7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version ' +
  'number:../deps/openssl/openssl/ssl/record/ssl3_record.c:350:\n';

it('has of an error of OpenSSL no more than the reason', () => {
  expect(systemMessage(WRONG_VERSION)).toBe('TLS: wrong version number');
});

it('leaves other messages alone, in one line', () => {
  expect(systemMessage('connect ECONNREFUSED 127.0.0.1:1')).toBe(
    'connect ECONNREFUSED 127.0.0.1:1',
  );
  expect(systemMessage(' one\n  two ')).toBe('one two');
});

it('knows when the other side speaks no TLS', () => {
  expect(isNotTls(WRONG_VERSION)).toBe(true);
  expect(isNotTls('self-signed certificate')).toBe(false);
});
