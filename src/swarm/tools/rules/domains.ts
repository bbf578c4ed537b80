/**
 * Which addresses an HTTP tool may ask. `api.example.com` is that name alone; `*.example.com` every name below it, any number
 * of labels, and not itself; `api.example.com:8443` that port, without one the scheme's own. Names are compared in ASCII (UTS
 * 46), as they will be asked. Numeric addresses and names of one label are nobody's domain and never match, nor does a
 * wildcard over a whole top-level domain.
 */
interface Domain {
  readonly name: string;
  readonly below: boolean;
  readonly port: string;
}

const WRITTEN = /^(?<star>\*\.)?(?<name>[^\s*:/?#@\\%[\]]{1,253})(?::(?<port>[1-9]\d{0,4}))?$/;

/** Tells whether an address is within the domains; the user and password parts are refused by whoever asks. */
export function withinDomains(domains: readonly string[]): (url: URL) => boolean {
  const known = domains.flatMap((written) => domainOf(written) ?? []);
  return ({ hostname, port }) =>
    known.some((one) => port === one.port && (one.below ? hostname.endsWith(`.${one.name}`) : hostname === one.name));
}

/** Null for what is no domain that could be asked. */
export function domainOf(written: string): Domain | null {
  const found = WRITTEN.exec(written)?.groups;
  if (found === undefined) return null;
  const { star, name = '', port = '' } = found;
  const text = `https://${name}${port === '' ? '' : `:${port}`}`;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const labels = url.hostname.split('.');
  const isName = labels.length >= 2 && labels.every((label) => label !== '') && !/^\d+$/.test(labels.at(-1) ?? '');
  return isName ? { name: url.hostname, below: star !== undefined, port: url.port } : null;
}
