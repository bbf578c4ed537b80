/**
 * What the pump sees to besides the turns: what people outside wrote to agents of the swarm. It is in rows, so that a process
 * that dies in between loses nothing, and each message is handed over by an action that is done once.
 */
import type { Catalogue } from '../../guard/catalogue.ts';
import type { Perform } from '../../guard/perform.ts';
import { type Principal, SCOPES_OF } from '../../guard/principal.ts';
import { boundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { AgentId, MessageId, OrgId } from '../../kernel/ids.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { RECEIVE } from '../actions/receive.ts';
import type { PumpStore, Waiting } from '../ports.ts';

export interface ChoresParts {
  readonly store: Pick<PumpStore, 'inbox'>;
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

export interface Chores {
  /** Hands over what has come in from outside. Never rejects. */
  receive(): Promise<void>;
}

const LOOKED_AT = 500;
/** After a refusal (a queue that is full) its agent is given nothing; what failed is tried again then too. */
const AGAIN_MS = 5 * SECOND_MS;

/** The server itself, within an organisation. */
const pumpSystem = (org: OrgId): Principal => ({
  id: 'system:pump',
  kind: 'system',
  org,
  agent: null,
  scopes: SCOPES_OF.system,
  fences: [],
});

export function createChores({ store, catalogue, perform, clock, onFault }: ChoresParts): Chores {
  const receive = catalogue.byName(RECEIVE)!;
  /** Messages, and agents by id, that are not tried before then. */
  const notBefore = boundedMap<MessageId | AgentId, number>(10_000);

  const quietly = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (fault) {
      onFault(fault);
    }
  };

  /** One agent's, in order, until one is refused: what a person said later does not come before what they said first. */
  async function handOver(messages: readonly Waiting[], again: number): Promise<void> {
    for (const { org, agent, name, message } of messages) {
      let isRefused = false;
      notBefore.set(message, again);
      await quietly(async () => {
        const outcome = await perform(receive, pumpSystem(org), { agentId: agent, messageId: message, to: name });
        // in conflict: another server has handed it over
        isRefused = outcome.is === 'refused' && outcome.why[0]?.code !== 'conflict';
      });
      if (!isRefused) continue;
      notBefore.set(agent, again);
      return;
    }
  }

  return {
    receive: () =>
      quietly(async () => {
        for (;;) {
          const now = clock.now();
          const isDue = (id: MessageId | AgentId) => (notBefore.get(id) ?? 0) <= now;
          const waiting = await store.inbox(LOOKED_AT);
          const due = waiting.filter(({ agent, message }) => isDue(agent) && isDue(message));
          if (due.length === 0) return;
          const byAgent = Map.groupBy(due, ({ agent }) => agent);
          await Promise.all([...byAgent.values()].map((messages) => handOver(messages, now + AGAIN_MS)));
        }
      }),
  };
}
