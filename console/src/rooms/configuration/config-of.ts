/** A version of the configuration, as the reader may see it. */
import { Problem } from '../../api/problem.ts';
import { get } from '../../api/session.ts';
import { about } from '../../organization.ts';

interface ShownConfig {
  readonly version: number;
  readonly hash: string;
  readonly config: unknown;
}

/** @returns null: there is none yet. */
export const configOf = (version: number | null): Promise<ShownConfig | null> =>
  get<ShownConfig>(about('/swarm/config', { version })).catch((thrown: unknown) => {
    if (version === null && thrown instanceof Problem && thrown.code === 'not_found') return null;
    throw thrown;
  });
