/** The user and password by which the platform comes back: given, from the environment, or made for this process. */
import { toHex } from '../../kernel/encoding.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { secretMatcher } from '../../kernel/equal.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { VoiceSettings } from '../settings.ts';

export type CredentialSource = 'provided' | 'environment' | 'generated';

export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly source: CredentialSource;
  /** What stands before the host of an address (RFC 3986 §3.2.1): `://user:password@`. */
  readonly userInfo: string;
  /** In constant time. */
  readonly match: (user: string, password: string) => boolean;
}

const PASSWORD_BYTES = 16;

/** @throws ConfigurationError for an empty user or password: that would be open to all. */
export function credentialsOf(
  name: string,
  provided: readonly [user: string, password: string] | undefined,
  { basicAuthUser, basicAuthPassword }: VoiceSettings,
  entropy: Entropy,
): Credentials {
  if (provided !== undefined) return credentials(provided[0], provided[1], 'provided');
  if (basicAuthPassword !== null) return credentials(basicAuthUser ?? name, basicAuthPassword, 'environment');
  return credentials(name.replaceAll(':', '-'), toHex(entropy.bytes(PASSWORD_BYTES)), 'generated');
}

function credentials(user: unknown, password: unknown, source: CredentialSource): Credentials {
  for (const [what, value] of [
    ['user', user],
    ['password', password],
  ] as const)
    if (typeof value !== 'string' || value === '' || /\p{Cc}/u.test(value))
      throw new ConfigurationError(`The ${what} of basicAuth is empty or not text: give one, or leave basicAuth out.`);
  const [name, secret] = [user as string, password as string];
  if (name.includes(':')) throw new ConfigurationError('The user of basicAuth must not hold a colon (RFC 7617 §2).');
  // both at once, so that the time does not tell which one was wrong; no name holds the colon between them
  const isPair = secretMatcher(`${name}:${secret}`);
  const userInfo = `://${encodeURIComponent(name)}:${encodeURIComponent(secret)}@`;
  return { user: name, password: secret, source, userInfo, match: (user, password) => isPair(`${user}:${password}`) };
}
