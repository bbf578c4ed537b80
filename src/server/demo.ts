/**
 * Demo mode (C06): a request without any credential acts as the orchestrator, so that a look around needs no token. Only
 * for requests that come from this machine and claim nothing else: a loopback peer, a loopback `Host` (against DNS
 * rebinding), no sign of a proxy that would make everybody's requests look local, and no web page but this server's own (a
 * page in the same machine's browser is somebody else's program). A credential that is wrong stays wrong. The settings
 * refuse demo mode wherever more than one machine is at stake; this does not rely on it.
 */
import type { Outcome, Perform } from '../guard/perform.ts';
import { type Principal, SCOPES_OF } from '../guard/principal.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { isLocal } from '../shield/client-address.ts';
import { normalOrigin } from '../shield/origin.ts';

/** On every answer, refusals and errors too. */
export const DEMO_HEADER = ['x-sallyport-demo', 'authentication is off'] as const;

const GUEST: Principal = {
  id: 'demo',
  kind: 'orchestrator',
  org: PLATFORM_ORG,
  agent: null,
  scopes: SCOPES_OF.orchestrator,
  fences: [{ of: 'token', id: 'demo', epoch: 0 }],
};

/**
 * Who a request without any credential is in demo mode; null for one that demo mode is not for.
 * @param peer the socket's own address.
 */
export function demoCaller(headers: Headers, peer: string | undefined): Principal | null {
  return isLocal(peer, headers) && isOwnPage(headers, headers.get('host') ?? '') ? GUEST : null;
}

/** True for programs, which send neither header, and for pages that this very server gave out. */
function isOwnPage(headers: Headers, host: string): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site'); // Fetch Metadata: there also where Origin is not
  const sameOrigin = origin === null || normalOrigin(origin) === normalOrigin(`http://${host}`);
  return sameOrigin && (site === null || site === 'same-origin' || site === 'none');
}

/** Everything that is done says among its warnings that nobody was asked who they are. */
export const withDemoWarning =
  (perform: Perform): Perform =>
  async (...call): Promise<Outcome> => {
    const outcome = await perform(...call);
    return outcome.is === 'done' || outcome.is === 'pending'
      ? { ...outcome, warnings: [...outcome.warnings, WARNING] }
      : outcome;
  };

const WARNING = {
  is: 'warn',
  code: 'demo_mode',
  say: 'Demo mode: authentication is off, and nothing real is sent.',
} as const;
