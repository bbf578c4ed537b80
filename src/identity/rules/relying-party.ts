/**
 * Who the browser takes this server for when it makes and uses passkeys (WebAuthn L3 §5.1.2, §13.4.9): the host of PUBLIC_URL
 * and no other, and pages of its origin alone. A passkey that was made for one is of no use to any other, which is what keeps
 * a look-alike page from getting anything.
 */
export interface RelyingParty {
  /** A host name without port. */
  readonly id: string;
  /** As a browser spells it: scheme, host, and the port where it is not the scheme's own. */
  readonly origin: string;
}

/** As `URL` spells it, however it was written. */
const IPV4 = /^\d+(?:\.\d+){3}$/;

/**
 * Null where browsers would make no passkey: at an IP address, which is no domain, and over plain HTTP anywhere but on this
 * machine, which is no secure context. @param publicUrl an absolute address.
 */
export function relyingParty(publicUrl: string): RelyingParty | null {
  const { protocol, hostname, origin } = new URL(publicUrl);
  if (hostname.startsWith('[') || IPV4.test(hostname)) return null;
  const isHere = hostname === 'localhost' || hostname.endsWith('.localhost');
  return protocol === 'https:' || isHere ? { id: hostname, origin } : null;
}
