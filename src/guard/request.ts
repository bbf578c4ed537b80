/** One request to act, as the guards see it: who, for which organisation and agent, with what, when. */
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { Label } from './label.ts';
import type { Principal } from './principal.ts';

export interface Request<I> {
  readonly by: Principal;
  /** The organisation in which the action happens. */
  readonly org: OrgId;
  /** The agent that acts or for which is acted; null for an action of the organisation itself. */
  readonly agent: AgentId | null;
  readonly input: I;
  /** Milliseconds since the epoch, read once per group: every guard of a group sees the same time. */
  readonly now: number;
  readonly label: Label;
  /** The id of a person's or organisation token's approval of exactly this input, once given. */
  readonly approvedBy: string | null;
}
