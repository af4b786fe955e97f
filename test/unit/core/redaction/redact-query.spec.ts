import { describe, expect, it } from 'vitest';
import {
  isSecretKey,
  redactQuery,
} from '../../../../libs/nestrace/src/core/redaction/redact-query.js';

describe('isSecretKey', () => {
  it.each([
    'password',
    'PASSWORD',
    'userPassword',
    'user_password',
    'user-password',
    'user.password',
    'user[password]',
    'token[]',
    'user[password][]',
    'password[0]',
    'passphrase',
    'pwd',
    'token',
    'accessToken',
    'refresh_token',
    'X-Amz-Security-Token',
    'X-Amz-Signature',
    'X-Goog-Signature',
    'AWSAccessKeyId',
    'sig',
    'jwt',
    'auth',
    'Authorization',
    'proxy-authorization',
    'x-api-key',
    'apikey',
    'apiKey',
    'APIKey',
    'client_secret',
    'clientSecret',
    'privateKey',
    'X-Amz-Credential',
    'credentials',
    'session',
    'sessionId',
    'sessionid',
    'otp',
    'key',
    'code',
    'sid',
    'pin',
    'accesstoken',
    'authtoken[0]',
    'jsessionid',
    'PHPSESSID',
    'password_confirmation',
    'user[passwordAgain]',
    'email',
    'userEmail',
    'e-mail',
    'phone',
    'iban',
  ])('takes %s for a secret', (key) => {
    expect(isSecretKey(key)).toBe(true);
  });

  it.each([
    '',
    'page',
    'sort_key',
    'sortKey',
    'country_code',
    'postcode',
    'author',
    'authority',
    'monkey',
    'tokenizer',
    'token_count',
    'passenger',
    'assign',
    'design',
    'spin',
    'inside',
    'sessions_per_day',
    'mailbox',
    'emails_sent',
    'telephone_box',
  ])('takes %s for harmless', (key) => {
    expect(isSecretKey(key)).toBe(false);
  });
});

describe('redactQuery', () => {
  it.each(['ann@example.org', 'ann%40example.org', 'ann.b%2Btag%40mail.example.org'])(
    'takes out the address %s under whatever name',
    (address) => {
      expect(redactQuery(`q=${address}&page=2`)).toBe('q=REDACTED&page=2');
    },
  );

  it.each(['q=@ann', 'at=10@home', 'v=1.2.3'])('leaves %s', (query) => {
    expect(redactQuery(query)).toBe(query);
  });

  it.each(['secretary', 'secretariat_id'])('a %s is no secret', (key) => {
    expect(redactQuery(`${key}=Bob`)).toBe(`${key}=Bob`);
  });

  it('replaces the values of secret keys and nothing else', () => {
    expect(redactQuery('page=2&token=abc&sort=%20a&api_key=x%26y')).toBe(
      'page=2&token=REDACTED&sort=%20a&api_key=REDACTED',
    );
  });

  it('returns a query without secrets byte for byte', () => {
    const query = 'a=1&&b=%zz&c&=d&e=&%E4=1';
    expect(redactQuery(query)).toBe(query);
  });

  it('recognises a key that is written in percent-encoding', () => {
    expect(redactQuery('%74oken=abc')).toBe('%74oken=REDACTED');
    expect(redactQuery('user%5Bpassword%5D=abc')).toBe('user%5Bpassword%5D=REDACTED');
  });

  it('recognises a secret even when its key cannot be decoded as a whole', () => {
    expect(redactQuery('%zz.token=abc')).toBe('%zz.token=REDACTED');
  });

  it('redacts a value that contains further equals signs whole', () => {
    expect(redactQuery('token=abc==&x=1')).toBe('token=REDACTED&x=1');
  });

  it('redacts every occurrence', () => {
    expect(redactQuery('token=a&token=b')).toBe('token=REDACTED&token=REDACTED');
  });

  it.each(['', 'token', 'token=', '=token', '&', '='])('leaves %j as it is', (query) => {
    expect(redactQuery(query)).toBe(query);
  });

  it('also redacts what the caller takes for a secret', () => {
    expect(redactQuery('e+mail=ann&token=b&c=d', (key) => key === 'e mail')).toBe(
      'e+mail=REDACTED&token=REDACTED&c=d',
    );
  });
});
