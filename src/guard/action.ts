/**
 * An action: one operation, defined once. Every door, the authorization matrix and the reference documentation are
 * derived from these definitions.
 */
import type * as z from 'zod';
import type { ErrorCode } from '../kernel/errors.ts';
import type { ActionId, AgentId, Id } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { Write } from '../kernel/write.ts';
import type { Facts, Needs } from './facts.ts';
import type { AnyGuard } from './guard.ts';
import type { Claimed, Permit } from './permit.ts';
import type { Scope } from './principal.ts';
import type { Request } from './request.ts';

export type Door = 'mcp' | 'rest' | 'cli' | 'webhook';

/** Fresh ids and bytes for a change, and the action's own id; the only chance that a change may use. */
export interface Mint {
  readonly action: ActionId;
  id<Prefix extends string>(prefix: Prefix): Id<Prefix>;
  bytes(n: number): Uint8Array;
}

interface Base<I, O> {
  /** `room.verb_noun`; the tool is `room_verb_noun`, the route `/api/v1/room/verb-noun`. */
  readonly name: `${string}.${string}`;
  readonly version: number;
  /** One sentence for people and models that choose a tool. */
  readonly says: string;
  readonly input: z.ZodObject & z.ZodType<I>;
  readonly output: z.ZodType<O>;
  readonly access: Scope;
  /** In whose name: one agent's (taken from its token, or named by an administrator), the organisation's, the platform's. */
  readonly subject: 'agent' | 'organization' | 'platform';
  /** The orchestrator may do it for the platform itself, which binds every organisation. */
  readonly forPlatform?: true;
  /** Who is of no organisation names one, also the platform: what is an Owner's is not done to the default one by leaving it out. */
  readonly namesOrganization?: true;
  /**
   * Of an organisation's action: naming an agent confines it to that agent, so that a right on the agent is right enough. An
   * action that is not so asks for a right on everything, whichever agent is named.
   */
  readonly confinedToAgent?: true;
  /**
   * It changes a configuration that has sections: a right on one section is right enough to ask, and a guard of the action's
   * own asks for every section that changes.
   */
  readonly bySection?: true;
  /**
   * It is about threads of the swarm: a right on one thread is right enough to ask. A guard of the action's own decides with the
   * thread at hand; what is told or done is of the threads alone that the caller has the right on, and the others do not exist.
   */
  readonly byThread?: true;
  /** An administrator may do it for an agent that has ended, such as freeing what the agent kept. */
  readonly forEndedAgents?: true;
  /** The orchestrator may do it in an organisation that is suspended, such as reinstating it. Reads it always may. */
  readonly forSuspended?: true;
  readonly risk: 'low' | 'high' | 'critical';
  /** Besides those that every action has. */
  readonly guards: readonly AnyGuard[];
  readonly doors: readonly Door[];
  /** Where the REST door has it besides its own path: `{name}` parts of the path and the query are fields of the input. */
  readonly http?: { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: `/${string}` };
  /** What it takes in is on the disk when it answers, and worked on after that: REST answers 202 (RFC 9110 §15.3.3). */
  readonly accepts?: true;
  /** Config and control: a person needs a fresh factor, a service has to be named the action. */
  readonly sensitive?: true;
  /**
   * Untrusted words may steer an agent into it: it changes nothing but what is the agent's own to keep in order. Without this,
   * what is no message is a control action, which an agent that has read such words does not do by itself.
   */
  steerable?(input: I): boolean;
  /** Of a read: all that it tells is the house's own word, nothing that others wrote. Left out, what it tells is untrusted. */
  readonly tells?: 'house';
  /** Which fields of the output are shown once and never stored. */
  readonly secretOutput?: readonly (keyof O & string)[];
}

export type Reaches = (agent: AgentId) => boolean;

export interface ReadEffect<I, O> {
  readonly effect: 'read';
  /** A state action that the same principal performs before the read, such as acknowledging what it read before. */
  first?(input: I): { readonly name: string; readonly input: unknown } | null;
  /** @param reaches whether the caller may read of an agent by this action: of the others nothing is told or counted. */
  read(request: Request<I>, reaches: Reaches): Promise<O>;
}

export interface StateEffect<I, O, N extends Needs> {
  readonly effect: 'state';
  readonly needs: N;
  /**
   * The address in normal form of the person whom the input is about: its remembered answer is sealed under that person's
   * key. Left out where it is about nobody.
   */
  contact?(input: I): string | null;
  /**
   * Adds to the input what the caller can't say, such as a file of the server's; asked once the caller may act at all, and
   * judged with the rest. @throws SallyportError, which refuses.
   */
  complete?(request: Request<I>): Promise<I>;
  /** Pure but for `mint`. Writes and output are committed with the decision and its log entry, or not at all. */
  change(request: Request<I>, facts: Facts<N>, mint: Mint): { readonly writes: readonly Write[]; readonly output: O };
  /** What this change tells of an action whose outcome or price was open: settled right after the commit, also on a repeat. */
  reports?(request: Request<I>, output: O): Reported | null;
  /** A held action that this change releases: it is judged again right after the commit. */
  releases?(request: Request<I>): ActionId;
  /** What is to be done once the change is committed, also on a repeat, such as ending what runs. Answers in the place of `output`. */
  finish?(request: Request<I>, output: O): Promise<O>;
  /** Answers within this time (ms) whatever the database does: later it says that nothing is known yet, and goes on. */
  readonly answersWithinMs?: number;
}

/** What came of an attempt. `unknown`: it may or may not have happened, and nobody may try again without asking. */
export type Delivery =
  | {
      readonly state: 'ok';
      readonly ref: string;
      readonly cost?: Micros;
      /** Of models, as the vendor counted them; what was reserved unless said. */
      readonly tokens?: number;
      /** What else the outside told, for `conclude`: short texts, nothing secret in the clear. */
      readonly told?: Readonly<Record<string, string>>;
    }
  | {
      readonly state: 'failed' | 'unknown' | 'cancelled';
      readonly code: ErrorCode;
      readonly say: string;
      /** The vendor's own code of the error, such as `21610`. */
      readonly vendorCode?: string;
      /** What it did cost although it failed; nothing unless said. Of an unknown outcome: not known either. */
      readonly cost?: Micros;
    };

/** News of an action that ran: its outcome, should it have been unknown, and what it did cost. */
export interface Reported {
  readonly action: ActionId;
  readonly delivery: Delivery;
}

/** `P`: what its permit holds for the provider; the input, unless `outbound` says otherwise. */
export interface WorldEffect<I, O, N extends Needs, P = I> {
  readonly effect: 'world';
  readonly needs: N;
  /** Whether an attempt whose outcome is not known may be repeated under the same key, by what `stage` fixed. */
  retry(context: Readonly<Record<string, string>>): 'same-key' | 'never';
  /** The address in normal form of the person whom the input is about: it is stored under that person's key. */
  contact(input: I): string | null;
  /** How long an attempt may take before another process may assume that it died. */
  readonly leaseMs: number;
  /** How long (ms) after it was admitted it may still begin: later, what was decided is too old to act on. */
  readonly beginWithinMs: number;
  /**
   * Pure but for `mint`: rows to write when the action becomes ready, the answer while it is pending, and what the sender
   * needs. `beginBefore` (ms since the epoch): when it may not begin any more, where that is sooner than `beginWithinMs`.
   */
  stage(
    request: Request<I>,
    facts: Facts<N>,
    mint: Mint,
  ): {
    readonly writes: readonly Write[];
    readonly output: O;
    readonly context: Readonly<Record<string, string>>;
    readonly beginBefore?: number;
  };
  /** Pure. What leaves in the place of the input, such as a text made from a secret of the context. */
  outbound?(claimed: Claimed<I>): P;
  /** The side effect. Throwing means that the outcome is unknown. */
  execute(permit: Permit<P>): Promise<Delivery>;
  /**
   * Asks the outside what became of an attempt whose outcome is not known; null: it can't tell, now or ever. Without it
   * only news from outside or a person can settle such an action. It is asked at once, when what was asked for may still
   * be under way: that nothing is found yet is not that nothing happened. `now` in ms.
   */
  find?(claimed: Claimed<I>, signal: AbortSignal, now: number): Promise<Delivery | null>;
  /** Pure but for `mint`: rows to write and the answer once the outcome is known. */
  conclude(
    claimed: Claimed<I>,
    delivery: Delivery,
    mint: Mint,
    now: number,
  ): { readonly writes: readonly Write[]; readonly output: O };
  /** What of the context is secret: only whoever executes the action sees it. */
  readonly secretContext?: readonly string[];
  /** Nobody needs the secret context once it left: its sealed copy is destroyed with the settlement. */
  readonly dropsSecretContext?: true;
  /** The input holds a secret: its sealed copy is destroyed with the settlement. */
  readonly secretInput?: true;
  /** The most that it may use up, for budgets; cost `null`: its price is not known. Without it neither money nor tokens. */
  mayUse?(input: I): { readonly cost: Micros | null; readonly tokens?: number };
  /** On which channel it spends: what it did cost is counted there as its agent's usage, and billed. */
  spendsOn?(input: I): string;
}

export type Action<I, O, N extends Needs = Needs> = Base<I, O> &
  (ReadEffect<I, O> | StateEffect<I, O, N> | WorldEffect<I, O, N>);

// biome-ignore lint/suspicious/noExplicitAny: an action of any input and output; made by the constructors below
export type AnyAction = Action<any, any, any>;
export type WorldAction = Extract<AnyAction, { effect: 'world' }>;

type InputOf<S> = S extends z.ZodType ? z.output<S> : never;

/** The three constructors infer input and output from the schemas and the facts from `needs`. */
export const readAction = <SI extends z.ZodObject, SO extends z.ZodType>(
  definition: Omit<Base<InputOf<SI>, InputOf<SO>>, 'input' | 'output'> & { input: SI; output: SO } & Omit<
      ReadEffect<InputOf<SI>, InputOf<SO>>,
      'effect'
    >,
): AnyAction => ({ effect: 'read', ...definition }) as AnyAction;

export const stateAction = <SI extends z.ZodObject, SO extends z.ZodType, const N extends Needs<InputOf<SI>>>(
  definition: Omit<Base<InputOf<SI>, InputOf<SO>>, 'input' | 'output'> & { input: SI; output: SO } & Omit<
      StateEffect<InputOf<SI>, InputOf<SO>, N>,
      'effect'
    >,
): AnyAction => ({ effect: 'state', ...definition }) as AnyAction;

export const worldAction = <
  SI extends z.ZodObject,
  SO extends z.ZodType,
  const N extends Needs<InputOf<SI>>,
  P = InputOf<SI>,
>(
  definition: Omit<Base<InputOf<SI>, InputOf<SO>>, 'input' | 'output'> & { input: SI; output: SO } & Omit<
      WorldEffect<InputOf<SI>, InputOf<SO>, N, P>,
      'effect'
    >,
): AnyAction => ({ effect: 'world', ...definition }) as AnyAction;
