/**
 * `${ENV.NAME}` in a definition, filled in from the environment when it is asked for. What is filled in leaves this machine, in a
 * script that the platform and whoever it calls can read; so only variables of a few prefixes are, and never those that sign.
 */
import { environmentVariable, VOICE_SETTINGS } from '../settings.ts';

const REFERENCE = /\$\{ENV\.([A-Za-z_]\w*)\}/g;

/** Who has one of these makes the agent's tokens, or passes for the platform. */
const { swaigSecret, previousSwaigSecret, signingKey } = VOICE_SETTINGS;
const NEVER: ReadonlySet<string> = new Set([swaigSecret.name, previousSwaigSecret.name, signingKey.name]);

let prefixes: readonly string[] = ['SIGNALWIRE_', 'SWML_', 'SW_'];

/** For every definition of this process that has no prefixes of its own. None: nothing is filled in. */
export function setAllowedEnvPrefixes(allowed: readonly string[]): void {
  prefixes = [...allowed];
}

export const getAllowedEnvPrefixes = (): string[] => [...prefixes];

/**
 * A value with all texts in it filled in once: what a variable holds is not looked into. Any other variable, or one that is not
 * set, is empty.
 */
export function fillReferences<T>(value: T, allowed: readonly string[] = prefixes): T {
  return fill(value, (name) => {
    const isAllowed = allowed.some((prefix) => name.startsWith(prefix)) && !NEVER.has(name);
    const found: unknown = isAllowed ? environmentVariable(name) : undefined;
    return typeof found === 'string' ? found : '';
  }) as T;
}

function fill(value: unknown, lookUp: (name: string) => string): unknown {
  if (typeof value === 'string') return value.replace(REFERENCE, (_, name: string) => lookUp(name));
  if (Array.isArray(value)) return value.map((one) => fill(one, lookUp));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, lookUp)]));
}
