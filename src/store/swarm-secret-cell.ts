/** Where a secret of the swarm stands, for its seal. */
import { cellOf } from './sealing.ts';

export const swarmSecretCell = (org: string, name: string, id: string) =>
  cellOf(org, 'swarm_secret', 'sealed', `${name}:${id}`);
