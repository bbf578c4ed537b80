/**
 * Scans the TLS door of a running server from outside with sslscan, with and without certificates of clients; exits with 1 when
 * something is found, with 3 when nothing is proven: where sslscan is not installed (`apt-get install sslscan`), or was not heard.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startServer, temporaryFolder } from '../test/cli/command-line.ts';
import { makeCertificate } from '../test/support/certificate.ts';
import { mustFind, type Scan, told, UNPROVEN, versionOf } from './scan/scanner.ts';
import { sslscan } from './scan/sslscan.ts';

const DAYS = 90; // long enough that no alert of its end is in the log
const pair = makeCertificate('localhost', undefined, DAYS);

/** What sslscan must find, or its silence means nothing: old versions and ciphers without any authentication. */
async function scanDangerouslyWeak(home: string): Promise<Scan> {
  const weak = createServer({ ...pair, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }, (_, response) =>
    response.end(),
  );
  weak.listen(0, '127.0.0.1');
  await once(weak, 'listening');
  const scan = await sslscan('a weak server on purpose', (weak.address() as AddressInfo).port, home);
  weak.close();
  weak.closeAllConnections();
  return mustFind(scan, /it speaks tls 1\.0.*AECDH.*renegotiation/s);
}

async function scanServer(
  what: string,
  settings: Readonly<Record<string, string>>,
  home: string,
): Promise<readonly Scan[]> {
  using folder = temporaryFolder();
  await using server = await startServer(join(folder.path, 'data'), settings);
  const scan = await sslscan(what, Number(new URL(server.url).port), home);
  const lines = server.lines.filter(({ level }) => level !== 'info').map((line) => JSON.stringify(line));
  const wrong = [...lines, server.complaints()].join('\n').trim();
  const log = { scanner: 'the server', what: `warnings and errors in its log, ${what}` };
  return [
    scan,
    wrong === '' ? { ...log, result: 'clean', detail: 'none' } : { ...log, result: 'found', detail: wrong },
  ];
}

if (versionOf('sslscan') === null) {
  process.stdout.write('UNAVAILABLE: sslscan is not installed here; nothing is proven by it\n');
  process.exitCode = UNPROVEN;
} else {
  using home = temporaryFolder();
  const TLS = { TLS_CERT_FILE: join(home.path, 'cert.pem'), TLS_KEY_FILE: join(home.path, 'key.pem') };
  writeFileSync(TLS.TLS_CERT_FILE, pair.cert);
  writeFileSync(TLS.TLS_KEY_FILE, pair.key, { mode: 0o600 });
  told([
    await scanDangerouslyWeak(home.path),
    ...(await scanServer('the TLS door', TLS, home.path)),
    ...(await scanServer(
      'the TLS door with client certificates',
      { ...TLS, TLS_CLIENT_CA_FILE: TLS.TLS_CERT_FILE },
      home.path,
    )),
  ]);
}
