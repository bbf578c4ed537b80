/** Opens the swarm's secrets: the vault's for whoever put them there, the server's variables for its own organisation alone. */
import type { Clock } from '../kernel/clock.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { SecretVault } from './secret-vault.ts';
import type { SecretSource, Secrets } from './secrets.ts';

export interface OpenSecretsParts {
  readonly vault: Pick<SecretVault, 'open' | 'used'>;
  /** The variables that the operator listed, by name; those that are set. */
  readonly variables: ReadonlyMap<string, string>;
  /** Told of every value that is opened, so that nothing of it leaves where it should not. */
  readonly learn: (org: OrgId, secret: string) => void;
  readonly ownOrganization: OrgId;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

export function openSecrets({ vault, variables, learn, ownOrganization, clock, onFault }: OpenSecretsParts): Secrets {
  async function look(org: OrgId, source: SecretSource): Promise<string | null> {
    if ('env' in source) return org === ownOrganization ? (variables.get(source.env) ?? null) : null;
    const value = await vault.open(org, source.secret);
    if (value !== null) vault.used(org, source.secret, clock.now()).catch(onFault); // nobody waits for a note
    return value;
  }
  return {
    async open(org, source) {
      const value = await look(org, source);
      if (value !== null) learn(org, value);
      return value;
    },
  };
}
