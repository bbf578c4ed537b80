/** What a stream of events needs of the store. Events are kept for an hour. */
import type { EventId, OrgId } from '../../kernel/ids.ts';
import type { Place, SwarmEvent } from './event.ts';

export interface PlacedEvent {
  readonly place: Place;
  /** Null: what it was of is gone. */
  readonly event: SwarmEvent | null;
}

export interface SwarmEvents {
  /** Behind everything that was committed by now; what is committed later comes after it. */
  head(org: OrgId): Promise<Place>;
  /**
   * Where to go on after an event, or after an id that was made when somebody connected: from such a one on a little is told
   * twice. Null: what came after it is not kept any more.
   */
  placeOf(org: OrgId, after: EventId, now: number): Promise<Place | null>;
  /** In their order, nothing left out: what commits later than this is behind the last of them. */
  after(org: OrgId, place: Place, limit: number): Promise<readonly PlacedEvent[]>;
  /** Called after a commit of this process that told something of an organisation. */
  listen(onEvent: (org: OrgId) => void): () => void;
  /** Whether only this process tells: then nothing has to be looked for. */
  readonly alone: boolean;
  /** Forgets what is older than an hour at `now`. */
  sweep(now: number): Promise<void>;
}

/** Who looks for what is unusual: one server at a time, going on where another stopped. */
export interface SwarmWatchStore {
  /** Organisations that have a swarm. */
  organizations(): Promise<readonly OrgId[]>;
  /** The place to go on from, with a lease until `until` (ms); null: another server looks. */
  take(org: OrgId, node: string, now: number, until: number): Promise<Place | null>;
  /** Nothing where the lease is another's by now. */
  reached(org: OrgId, node: string, place: Place): Promise<void>;
}
