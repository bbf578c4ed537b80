/**
 * Where the swarm's programs, models and workers get the secrets that its configuration names. A value goes from here straight
 * into the request or the program that needs it: never into a prompt, an answer, an error, a log or an event.
 *
 * The threat: a configuration is written by an organisation's Owner, the environment belongs to whoever runs the server. So a
 * variable is opened only if the server's operator listed its name (`SWARM_ENV_ALLOWED`), and only for the server's own
 * organisation. Everybody else's secrets are put into the vault, by name, and opened for that organisation alone.
 */
import type { OrgId } from '../kernel/ids.ts';

/** As the configuration writes it: a variable's name, or the name under which a value was put into the vault. */
export type SecretSource = { readonly env: string } | { readonly secret: string };

export interface Secrets {
  /** The value; null: there is none by that name, or this organisation may not have it (the two look the same on purpose). */
  open(org: OrgId, source: SecretSource): Promise<string | null>;
}
