/** wapiti, on pages: scripting, header splitting, traversal, open redirects, weak headers. https://wapiti-scanner.github.io */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Scan } from './scanner.ts';

/** All but those that ask a server of wapiti's on the internet (ssrf, xxe) or want lists from there (nikto, wapp). */
const MODULES =
  'backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss';
/**
 * It asks by plain HTTP on loopback, where that header has no place (RFC 6797 §7.2); that it is there under a public address is
 * tested in test/cli/tls.test.ts.
 */
const OF_HTTPS_ALONE = 'Strict-Transport-Security is not set';
const SCAN_SECONDS = 20;
const ATTACK_SECONDS = 15;
const WITHIN_MS = 90_000;

interface Report {
  readonly vulnerabilities: Readonly<Record<string, readonly { readonly path: string; readonly info: string }[]>>;
  readonly anomalies: Report['vulnerabilities'];
}

export async function wapiti(what: string, url: string, paths: readonly string[], home: string): Promise<Scan> {
  const file = join(home, `wapiti-${new URL(url).port}.json`);
  const printed = await run(
    'wapiti',
    [
      ...['-u', `${url}/`, '--scope', 'domain', ...paths.flatMap((path) => ['-s', url + path])],
      ...['-m', MODULES, '-S', 'normal', '-l', '2', '-t', '5', '-v', '1', '--flush-session', '--no-bugreport'],
      ...['--max-scan-time', String(SCAN_SECONDS), '--max-attack-time', String(ATTACK_SECONDS)],
      ...['--store-session', home, '--store-config', home, '-f', 'json', '-o', file],
    ],
    home,
    WITHIN_MS,
  );
  return { scanner: 'wapiti', what, ...judged(printed, file) };
}

function judged(printed: string, file: string): Pick<Scan, 'result' | 'detail'> {
  const modules = printed.match(/Launching module/g)?.length ?? 0;
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch (error) {
    return { result: 'unproven', detail: `${String(error)}\n${printed}` };
  }
  const found = [report.vulnerabilities, report.anomalies].flatMap((kinds) =>
    Object.entries(kinds).flatMap(([kind, places]) =>
      places.filter(({ info }) => info !== OF_HTTPS_ALONE).map(({ path, info }) => `${kind}: ${path}: ${info}`),
    ),
  );
  if (found.length > 0) return { result: 'found', detail: found.join('\n') };
  return modules === MODULES.split(',').length
    ? { result: 'clean', detail: `${modules} kinds of attack` }
    : { result: 'unproven', detail: printed };
}
