/**
 * Tickets to a WebSocket: a browser can send no Authorization header with one, and an address is no place for a token (it ends up
 * in logs and histories). So a signed-in page asks for a ticket first: good once, for 30 s, from the network that asked, and
 * standing for the session, not for the access token. One that is shown from elsewhere is used up all the same.
 */
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import type { OrgId, PersonId, SessionId } from '../../kernel/ids.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { mintOpaqueToken, opaqueTokenHash } from '../opaque-token.ts';
import { authenticateSession } from './authenticate.ts';
import type { PeopleStore } from './ports.ts';

export const TICKET_MS = 30 * SECOND_MS;

export interface SocketTickets {
  /** @param network the prefix of the client's address. */
  issue(
    of: { readonly org: OrgId; readonly person: PersonId; readonly session: SessionId },
    network: string,
  ): Promise<{ readonly ticket: string; readonly expiresAt: number }>;
  /** Whose session it is of; null for a ticket that is unknown, used, expired or from another network. */
  take(ticket: string, network: string): Promise<{ readonly org: OrgId; readonly session: SessionId } | null>;
  /** Who a session stands for now; null when it is over. @throws SallyportError `organization_inactive` */
  holder(org: OrgId, session: SessionId): Promise<Principal | null>;
}

export function createSocketTickets({
  store,
  clock,
  entropy,
}: {
  readonly store: Pick<PeopleStore, 'putTicket' | 'takeTicket' | 'standing'>;
  readonly clock: Clock;
  readonly entropy: Entropy;
}): SocketTickets {
  return {
    async issue(of, network) {
      const { token, hash } = mintOpaqueToken((n) => entropy.bytes(n));
      const expiresAt = clock.now() + TICKET_MS;
      await store.putTicket({ hash, ...of, network, expiresAt });
      return { ticket: token, expiresAt };
    },
    async take(ticket, network) {
      const hash = opaqueTokenHash(ticket);
      const found = hash === null ? null : await store.takeTicket(hash, clock.now());
      return found === null || found.network !== network ? null : { org: found.org, session: found.session };
    },
    holder: authenticateSession({ people: store, clock }),
  };
}
