/**
 * The anomaly detector (C17): looks every minute at what agents and strangers did, and acts on what is unusual.
 *
 * Nothing is scanned. What happens is counted where it happens, in memory; each round adds what was counted to one small row
 * of each subject that did anything, where all servers of the database count together, and judges that row alone. What is
 * found stands in the store until it was acted on: a server that dies in between leaves it to the next. A killed server
 * loses what it counted since its last round, at most a minute of it; a stopped one loses nothing.
 *
 * It does not judge what is said, and sees no single action: it is no substitute for limits, which hold at once.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import type { Delivery } from '../action.ts';
import type { Claimed } from '../permit.ts';
import type { ActivityStore, Happened, Subject, Suspect } from './ports.ts';
import { Tally } from './tally.ts';

/** What of an action matters here besides its outcome; null: it reaches nobody. */
export type Traits = (claimed: Claimed) => {
  /** In normal form. */
  readonly contact: string;
  /** The text as it is compared; null: it may be the same for many. */
  readonly text: string | null;
  /** It is the agent's first to this contact. */
  readonly first: boolean;
} | null;

export interface DetectorParts {
  readonly store: ActivityStore;
  readonly clock: Clock;
  readonly traits: Traits;
  /** Pauses and alerts. What it rejects with is a fault; the suspect comes up again in a minute. */
  readonly act: (suspect: Suspect) => Promise<void>;
  readonly onFault: (fault: unknown) => void;
  /** Subjects that may be counted between two rounds; what others do is not counted. 10 000 unless said. */
  readonly maxSubjects?: number;
}

/** Told of what happens; never waits, never fails. */
export interface ActivityListener {
  settled(claimed: Claimed, delivery: Delivery): void;
  refused(org: OrgId, agent: AgentId): void;
  /** @param address a group, IPv4 /32 or IPv6 /64. @param network the wider network that an alert may name. */
  failedAuthentication(address: string, network: string): void;
}

export interface Detector extends ActivityListener, AsyncDisposable {
  /** Adds up, looks, acts. Never rejects. */
  round(): Promise<boolean>;
}

export const ROUND_MS = 60_000;
const MAX_SUBJECTS = 10_000;
/** So many are written in one transaction: it holds a send up for a few milliseconds at most. */
const WRITTEN_AT_ONCE = 50;
const TAKEN_AT_ONCE = 50;

/** Resolves when it can name what it counts. */
export async function openDetector(parts: DetectorParts): Promise<Detector> {
  const { store, clock, traits, act, onFault, maxSubjects = MAX_SUBJECTS } = parts;
  const nameOf = await store.naming();
  let agents = new Map<AgentId, { readonly org: OrgId; readonly tally: Tally }>();
  let addresses = new Map<string, { readonly network: string; readonly tally: Tally }>();

  const tallyOf = (org: OrgId, agent: AgentId): Tally | null => {
    const known = agents.get(agent);
    if (known !== undefined) return known.tally;
    if (agents.size >= maxSubjects) return null;
    const tally = new Tally();
    agents.set(agent, { org, tally });
    return tally;
  };

  const counted = (): readonly Happened[] => {
    const happened: Happened[] = [];
    const of = (subject: Subject, tally: Tally) =>
      happened.push({ subject, activity: tally.activity((text) => nameOf(`${subject.id}\n${text}`)) });
    for (const [id, { org, tally }] of agents) of({ org, id, label: id }, tally);
    for (const [address, { network, tally }] of addresses) {
      of({ org: PLATFORM_ORG, id: `net:${nameOf(`net:${address}`)}`, label: network }, tally);
    }
    agents = new Map();
    addresses = new Map();
    return happened;
  };

  const write = async (): Promise<void> => {
    const happened = counted();
    for (let from = 0; from < happened.length; from += WRITTEN_AT_ONCE) {
      await store.add(happened.slice(from, from + WRITTEN_AT_ONCE)).catch(onFault);
    }
  };

  const look = async (): Promise<boolean> => {
    const suspects = await store.takeDue(TAKEN_AT_ONCE);
    for (const suspect of suspects) {
      try {
        await act(suspect);
        await store.acted(
          suspect.subject,
          suspect.anomalies.map(({ kind }) => kind),
        );
      } catch (fault) {
        onFault(fault);
      }
    }
    return suspects.length === TAKEN_AT_ONCE;
  };

  return {
    settled(claimed, delivery) {
      const { org, agent } = claimed;
      if (agent === null || delivery.state === 'cancelled') return;
      const reached = traits(claimed);
      if (reached === null) return;
      const tally = tallyOf(org, agent);
      if (tally === null) return;
      const now = clock.now();
      tally.count('actions', now);
      if (delivery.state !== 'ok') tally.count('failures', now);
      if (reached.first) tally.count('firstContacts', now);
      if (reached.text !== null) tally.wrote(reached.text, reached.contact, now);
    },
    refused(org, agent) {
      tallyOf(org, agent)?.count('refusals', clock.now());
    },
    failedAuthentication(address, network) {
      let known = addresses.get(address);
      if (known === undefined) {
        if (addresses.size >= maxSubjects) return;
        known = { network, tally: new Tally() };
        addresses.set(address, known);
      }
      known.tally.note('failedAuthentications', clock.now());
    },
    async round() {
      try {
        await write();
        while (await look());
        await store.sweep(clock.now());
      } catch (fault) {
        onFault(fault);
      }
      return false;
    },
    [Symbol.asyncDispose]: write,
  };
}
