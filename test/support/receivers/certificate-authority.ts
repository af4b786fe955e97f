import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The authority that signed the others. */
  readonly ca: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: Certificate;
  /** For a host that is none of ours. */
  readonly elsewhere: Certificate;
  /** Signed by nobody but itself. */
  readonly selfSigned: Certificate;
  /** For 127.0.0.1, until yesterday. */
  readonly expired: Certificate;
  /** Its common name is `orders`. */
  readonly client: Certificate;
  /** An authority nobody knows, and a certificate of it. */
  readonly stranger: Certificate & { readonly ca: string };
  /** Writes a text into a file that is gone after {@link Certificates.remove}. */
  asFile(name: string, text: string): string;
  remove(): void;
}

/** Makes fresh certificates with `openssl`, so that no key ever lies in the repository. */
export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'nestrace-tls-'));
  const at = (name: string): string => join(directory, name);
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  const openssl = (command: string): void => {
    execFileSync('openssl', command.split(' '), { cwd: directory, stdio: 'pipe' });
  };
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout';

  const authority = (name: string): void => {
    openssl(`req -x509 ${newKey} ${name}.key -out ${name}.pem -days 2 -subj /CN=${name}`);
  };
  const signed = (name: string, ca: string, extension: string, days = 2): Certificate => {
    writeFileSync(at(`${name}.ext`), extension);
    openssl(`req ${newKey} ${name}.key -out ${name}.csr -subj /CN=${name}`);
    openssl(
      `x509 -req -in ${name}.csr -out ${name}.pem -days ${days} -extfile ${name}.ext ` +
        `-CA ${ca}.pem -CAkey ${ca}.key -CAcreateserial`,
    );
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
  };

  const selfSigned = (): Certificate => {
    openssl(
      `req -x509 ${newKey} alone.key -out alone.pem -days 2 -subj /CN=alone ` +
        `-addext subjectAltName=IP:127.0.0.1`,
    );
    return { cert: read('alone.pem'), key: read('alone.key') };
  };

  authority('authority');
  authority('strangers');
  return {
    ca: read('authority.pem'),
    server: signed('collector', 'authority', 'subjectAltName=IP:127.0.0.1,DNS:localhost'),
    elsewhere: signed('elsewhere', 'authority', 'subjectAltName=DNS:elsewhere.test'),
    selfSigned: selfSigned(),
    // A certificate of no days is over as soon as it is made; one of fewer has to be asked for so.
    expired: signed('expired', 'authority', 'subjectAltName=IP:127.0.0.1', -1),
    client: signed('orders', 'authority', 'extendedKeyUsage=clientAuth'),
    stranger: {
      ...signed('stranger', 'strangers', 'subjectAltName=IP:127.0.0.1'),
      ca: read('strangers.pem'),
    },
    asFile: (name, text) => {
      writeFileSync(at(name), text);
      return at(name);
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
