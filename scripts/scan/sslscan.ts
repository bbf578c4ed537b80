/** sslscan, on a TLS port: versions, ciphers, groups, renegotiation, Heartbleed, compression. https://github.com/rbsec/sslscan */
import { run, type Scan } from './scanner.ts';

const WITHIN_MS = 60_000;
/** Below that a cipher or a group counts as weak. */
const MIN_BITS = 128;
const VERSIONS = ['2', '3', '1.0', '1.1', '1.2'];

export async function sslscan(what: string, port: number, home: string): Promise<Scan> {
  const printed = await run('sslscan', ['--xml=-', '--no-colour', `127.0.0.1:${port}`], home, WITHIN_MS);
  return { scanner: 'sslscan', what, ...judged(printed) };
}

type Attributes = Readonly<Record<string, string>>;

/** The attributes of each element of a name. Its report has no others that matter, and nothing nested in them. */
const elements = (report: string, name: string): readonly Attributes[] =>
  [...report.matchAll(new RegExp(`<${name} ([^>]*)>`, 'g'))].map(([, text = '']) =>
    Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
  );

function judged(report: string): Pick<Scan, 'result' | 'detail'> {
  const all = (name: string) => elements(report, name);
  const [protocols, ciphers, groups] = [all('protocol'), all('cipher'), all('group')];
  const asked = VERSIONS.every((version) => protocols.some((one) => one['version'] === version));
  const speaks13 = protocols.some(({ version, enabled }) => version === '1.3' && enabled === '1');
  const renegotiation = all('renegotiation');
  const heartbleed = all('heartbleed');
  if (!asked || !speaks13 || [ciphers, groups, renegotiation, heartbleed].some((list) => list.length === 0))
    return { result: 'unproven', detail: report };
  const weak = ({ bits, strength }: Attributes) =>
    Number(bits) < MIN_BITS || /weak|null|anonymous/.test(strength ?? '');
  const found = [
    ...protocols
      .filter(({ version, enabled }) => version !== '1.3' && enabled !== '0')
      .map(({ type, version }) => `it speaks ${type} ${version}`),
    ...ciphers
      .filter((one) => one['sslversion'] !== 'TLSv1.3' || weak(one))
      .map(({ sslversion, cipher }) => `cipher ${cipher} of ${sslversion}`),
    ...groups.filter(weak).map(({ name, bits }) => `group ${name} of ${bits} bits`),
    ...renegotiation.filter(({ supported }) => supported !== '0').map(() => 'renegotiation'),
    ...heartbleed.filter(({ vulnerable }) => vulnerable !== '0').map(({ sslversion }) => `Heartbleed by ${sslversion}`),
    ...all('compression')
      .filter(({ supported }) => supported !== '0')
      .map(() => 'compression (CRIME)'),
  ];
  return found.length > 0
    ? { result: 'found', detail: found.join('\n') }
    : { result: 'clean', detail: `TLS 1.3 alone, ${ciphers.length} ciphers, ${groups.length} groups` };
}
