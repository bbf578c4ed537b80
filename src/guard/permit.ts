/**
 * A permit: proof that an action was judged, its takes granted, its row claimed. A provider takes nothing else, and only
 * the executor mints one, so that skipping the guard is a type error (and throws at run time).
 */
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import type { Turn } from './principal.ts';

/** An action that this process holds the lease of, with its input frozen as it was judged. */
export interface Claimed<I = unknown> {
  readonly id: ActionId;
  readonly org: OrgId;
  readonly agent: AgentId | null;
  readonly action: string;
  readonly input: I;
  /** 1 for the first try; the ledger ignores a settlement of an earlier attempt. */
  readonly attempt: number;
  /** What guards demanded of the sender. */
  readonly duties: readonly string[];
  /** Facts of the sending frozen with the input, such as the sender's address. */
  readonly context: Readonly<Record<string, string>>;
  /** Where in the swarm it was asked for. */
  readonly turn?: Turn;
}

const MINT: unique symbol = Symbol('mint'); // never exported

export class Permit<I> {
  readonly #claimed: Claimed<I>;
  readonly signal: AbortSignal;

  constructor(key: typeof MINT, claimed: Claimed<I>, signal: AbortSignal) {
    if (key !== MINT) throw new TypeError('a permit is minted by the executor alone');
    this.#claimed = claimed;
    this.signal = signal;
  }

  /** The judged action. @throws TypeError for anything that only looks like a permit. */
  get action(): Claimed<I> {
    return this.#claimed;
  }
}

/** For `guard/executor.ts` alone; the architecture test holds that. */
export const mintPermit = <I>(claimed: Claimed<I>, signal: AbortSignal): Permit<I> =>
  new Permit<I>(MINT, claimed, signal);
