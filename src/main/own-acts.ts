/** What the house does in its own name, each by an action and with no more right than that action asks for. */
import type { Suspect } from '../guard/anomalies/ports.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import { SCOPES_OF, type Scope } from '../guard/principal.ts';
import type { SimulatedAnswer } from '../providers/simulator.ts';

interface Parts {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
}

/** The one administrator's right that the anomaly detector has, for the one action that it does. */
const PAUSES: ReadonlySet<Scope> = new Set<Scope>(['org:admin']);
/** Paused or ended by somebody else meanwhile, or with its whole organisation. */
const NOT_ACTIVE: ReadonlySet<string> = new Set(['conflict', 'agent_inactive', 'organization_inactive', 'not_found']);

/** Pauses an agent, as any administrator would. False: there was nothing to pause any more. */
export async function pauseSuspect(
  { catalogue, perform }: Parts,
  { subject: { org }, agent, anomalies }: Suspect,
): Promise<boolean> {
  const by = { id: 'system:anomaly-detector', kind: 'system', org, agent: null, scopes: PAUSES, fences: [] } as const;
  const reason = `anomaly: ${anomalies.map(({ kind }) => kind).join(', ')}`;
  const outcome = await perform(catalogue.byName('comms.pause_agent')!, by, { agentId: agent, reason });
  if (outcome.is === 'refused' && outcome.why.every(({ code }) => NOT_ACTIVE.has(code))) return false;
  if (outcome.is !== 'done') throw new Error(`pausing an agent was ${outcome.is}`);
  return true;
}

/** What a simulated recipient answers comes in as a provider's delivery does. */
export async function receiveSimulated(
  { catalogue, perform }: Parts,
  { org, agent, providerRef, ...message }: SimulatedAnswer,
): Promise<void> {
  const scopes = SCOPES_OF.provider;
  const by = { id: 'provider:simulator', kind: 'provider', org, agent: null, scopes, fences: [] } as const;
  const input = { ...message, authenticated: true, providerRef, agentId: agent };
  await perform(catalogue.byName('comms.receive_message')!, by, input, { idempotencyKey: providerRef });
}
