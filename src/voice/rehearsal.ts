/**
 * A builder's file that is looked at rather than served: the command line loads it to list, to dump, to try. Meanwhile what would
 * listen is noted and does not, and what became of each function call is told. It is switched on from within the process alone:
 * a variable that did it would silence a server by its environment.
 */
import type { Serving } from './door/serving.ts';
import type { Ran } from './tools/run-function.ts';

export interface Where {
  readonly host?: string;
  readonly port?: number;
}

export interface Rehearsal {
  /** @param service an agent, or a server of several, that would have listened now. */
  readonly served: (service: object, where: Where) => void;
  readonly ran: (ran: Ran) => void;
}

let current: Rehearsal | null = null;

/** From now on; null: in earnest again. */
export const rehearse = (rehearsal: Rehearsal | null): void => {
  current = rehearsal;
};

export const rehearsal = (): Rehearsal | null => current;

/** What stands in for listening; null: listen. */
export function rehearsedServing(service: object, where: Where, url: string, port: number): Serving | null {
  if (current === null) return null;
  current.served(service, where);
  return { url, port: where.port ?? port, stop: async () => {} };
}
