/**
 * Which addresses are on the public internet: what a server may be sent to by somebody who names a URL. Everything else
 * (this machine, its network, the cloud's metadata service, tunnels back into IPv4) is refused. IPv4 by what the IANA
 * registry of special-purpose addresses keeps out; IPv6 by what is allotted at all, less what that registry keeps out.
 */
import { addressList } from './address-list.ts';
import type { IpAddress } from './ip-address.ts';

const RESERVED = addressList([
  '0.0.0.0/8', // "this network"; reaches this machine on some systems (RFC 791)
  '10.0.0.0/8', // private (RFC 1918)
  '100.64.0.0/10', // shared by carriers (RFC 6598)
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local; cloud metadata (RFC 3927)
  '172.16.0.0/12', // private (RFC 1918)
  '192.0.0.0/24', // protocol assignments (RFC 6890)
  '192.0.2.0/24', // documentation (RFC 5737)
  '192.31.196.0/24', // AS112 (RFC 7535)
  '192.52.193.0/24', // AMT (RFC 7450)
  '192.88.99.0/24', // 6to4 relays (RFC 7526)
  '192.168.0.0/16', // private (RFC 1918)
  '192.175.48.0/24', // AS112 (RFC 7534)
  '198.18.0.0/15', // benchmarks (RFC 2544)
  '198.51.100.0/24', // documentation (RFC 5737)
  '203.0.113.0/24', // documentation (RFC 5737)
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocol assignments; Teredo tunnels (RFC 2928)
  '2001:db8::/32', // documentation (RFC 3849)
  '2002::/16', // 6to4 tunnels, which carry any IPv4 address (RFC 3056)
  '2620:4f:8000::/48', // AS112 (RFC 7534)
  '3fff::/20', // documentation (RFC 9637)
]);

/**
 * Global unicast as allotted so far (RFC 4291 §2.4). Outside lie loopback, unique local fc00::/7, link-local, multicast, and
 * the spellings of IPv4 within IPv6 (64:ff9b::/96 and 64:ff9b:1::/48 of NAT64, ::/96).
 */
const ALLOTTED = addressList(['2000::/3']);

export const isPublic = (address: IpAddress): boolean =>
  (address.family === 4 || ALLOTTED.has(address)) && !RESERVED.has(address);
