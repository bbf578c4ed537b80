/**
 * The files of TLS, read whole and judged: what can't be served stops a start, and never means plain HTTP instead. Errors name
 * a file and never quote it.
 */
import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { isIP } from 'node:net';
import { rfc3339 } from '../kernel/time.ts';
import type { Tls } from '../shield/node-listen.ts';
import { judgeTls, spkiPin, type TlsFault } from '../shield/tls-material.ts';
import type { Settings } from './settings.ts';
import { StartError } from './start-error.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Null: clients are asked for no certificate. */
  readonly clientCa: string | null;
}

export interface ServedTls {
  readonly tls: Tls;
  /** Of the key; see `spkiPin`. */
  readonly pin: string;
  /** Ms since the epoch. */
  readonly validUntil: number;
  /** Whether the certificate is one for this host name, or this address without brackets. */
  isFor(host: string): boolean;
}

/** Null where plain HTTP is served. */
export function tlsFilesOf({ tlsCertFile, tlsKeyFile, tlsClientCaFile }: Settings): TlsFiles | null {
  return tlsCertFile === null || tlsKeyFile === null
    ? null
    : { cert: tlsCertFile, key: tlsKeyFile, clientCa: tlsClientCaFile };
}

/** @param now ms since the epoch. @throws StartError */
export function readTls(files: TlsFiles, now: number): ServedTls {
  const { cert, key, clientCa } = files;
  const tls: Tls = {
    cert: readText('TLS_CERT_FILE', cert),
    key: readText('TLS_KEY_FILE', key, keepsSecret),
    ...(clientCa === null ? {} : { clientCa: readText('TLS_CLIENT_CA_FILE', clientCa) }),
  };
  const judged = judgeTls(tls);
  if (!judged.ok) throw new StartError(FAULTS[judged.error](files));
  const certificate = judged.value;
  const from = certificate.validFromDate.getTime();
  const validUntil = certificate.validToDate.getTime();
  if (now < from)
    throw new StartError(
      `The certificate in ${cert} is valid from ${rfc3339(from)} on; set the clock by NTP, or serve one that is valid now.`,
    );
  if (now >= validUntil)
    throw new StartError(`The certificate in ${cert} ran out at ${rfc3339(validUntil)}; put a new one there.`);
  return {
    ...{ tls, pin: spkiPin(certificate), validUntil },
    isFor: (host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined,
  };
}

const FAULTS: Readonly<Record<TlsFault, (files: TlsFiles) => string>> = {
  no_certificate: ({ cert }) =>
    `TLS_CERT_FILE ${cert} holds no certificate as PEM; it should begin with -----BEGIN CERTIFICATE-----.`,
  no_key: ({ key }) =>
    `TLS_KEY_FILE ${key} holds no private key as PEM, or one with a passphrase; give one without: openssl pkey -in old.pem -out new.pem`,
  other_key: ({ cert, key }) =>
    `The private key in ${key} is not the one of the certificate in ${cert}; put a pair there that belongs together. The server's own certificate comes first in its file, then those that signed it.`,
  no_client_ca: ({ clientCa }) =>
    `TLS_CLIENT_CA_FILE ${clientCa} must hold certificates as PEM and nothing else; put there those of the authorities whose clients may come.`,
  not_servable: ({ cert }) =>
    `The certificates in ${cert} can't be served: the chain is malformed, or a key is too weak (RSA needs 2048 bits).`,
};

function readText(setting: string, path: string, check: (path: string, stat: Stats) => void = () => undefined): string {
  let file: number | null = null;
  try {
    file = openSync(path, 'r'); // mode and content are asked of the same open file, not of a path that could be exchanged
    check(path, fstatSync(file));
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new StartError(
      `${setting} ${path} can't be read${code}; check that it is there and that this user may.`,
      error,
    );
  } finally {
    if (file !== null) closeSync(file);
  }
}

const WRITABLE_BY_GROUP_OR_ANY_OTHERS = 0o037;
const GROUP_AND_OTHERS = 0o077;
const ROOT = 0;

/**
 * The key is its owner's alone; one that belongs to root may be readable by a group, as system-wide key folders have it. The same
 * rule as PostgreSQL's (`ssl_key_file`). @throws StartError
 */
function keepsSecret(path: string, { mode, uid }: Stats): void {
  const me = process.getuid?.();
  if (me === undefined) return; // Windows has no modes
  if (uid !== me && uid !== ROOT && me !== ROOT)
    throw new StartError(`TLS_KEY_FILE ${path} belongs to another user; run: chown ${me} '${path}'`);
  const forbidden = uid === ROOT ? WRITABLE_BY_GROUP_OR_ANY_OTHERS : GROUP_AND_OTHERS;
  if ((mode & forbidden) !== 0)
    throw new StartError(`TLS_KEY_FILE ${path} can be read by other users; run: chmod 600 '${path}'`);
}
