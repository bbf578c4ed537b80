/**
 * A call script that may be shown: without passwords and tokens, and otherwise to the letter. Threat: a script pasted into a ticket
 * lets its reader call the agent's functions.
 */
import { isSecretName } from '../../voice/security/secret-name.ts';
import { HIDDEN } from '../../voice/security/url-redaction.ts';

/** Fields of scripts that sound like secrets and are none. */
const PLAIN: ReadonlySet<string> = new Set(['key', 'input_key', 'output_key', 'token_type', 'session_timeout']);

const USER_INFO = /(:\/\/[^\s/?#:@]*):[^\s/?#]*@/g;
const LONE_USER = /(:\/\/)[^\s/?#:@]+@/g;
const PARAMETER = /([?&]([\w.%~-]+)=)[^\s&#"'<>]+/g;

export function withoutSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return value !== '' && !PLAIN.has(name) && isSecretName(name) ? HIDDEN : hidden(value);
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutSecrets(one, key)]));
}

const hidden = (text: string): string =>
  text
    .replace(LONE_USER, `$1${HIDDEN}@`)
    .replace(USER_INFO, `$1:${HIDDEN}@`)
    .replace(PARAMETER, (all, start: string, name: string) => (isSecretName(name) ? `${start}${HIDDEN}` : all));
