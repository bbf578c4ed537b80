/**
 * Secrets that must turn up nowhere but in the one answer that hands them out. A test house plants every token that it mints
 * and looks at every outcome after that; a server of tests at its answers and its operational log too, and at its database
 * in the end. Finds a secret as it is and in the spellings that copies of it take; not one that was changed on its way.
 */
import type { Catalogue } from '../../src/guard/catalogue.ts';

export interface Canaries {
  /** Short values would turn up by chance: they are left out. */
  plant(name: string, value: unknown): void;
  /** @throws when a planted value is in there. @param where what the text is, for the message. */
  look(where: string, text: string): void;
  /** `look`, also for copies in Base64, hexadecimal and percent-encoding. */
  lookHard(where: string, text: string): void;
  /** Looks at what is not meant to be secret in an answer, and plants the secrets that it hands out. */
  handedOut(where: string, answer: unknown, isSecret: (member: string) => boolean): void;
}

const MIN_CHARS = 16;
/** Our own tokens, of which a house of many tenants mints thousands: found by how they begin, and looked up. */
const TOKEN = /sp[a-z]_[0-9A-Za-z]{12}/g;
const START_CHARS = 16;

export function createCanaries(): Canaries {
  const planted = new Map<string, string>();
  const tokens = new Map<string, readonly (readonly [value: string, name: string])[]>();
  const others = new Map<string, string>();

  const canaries: Canaries = {
    plant(name, value) {
      if (typeof value !== 'string' || value.length < MIN_CHARS) return;
      planted.set(value, name);
      const start = value.slice(0, START_CHARS);
      if (!/^sp[a-z]_[0-9A-Za-z]{12}$/.test(start)) others.set(value, name);
      else tokens.set(start, [...(tokens.get(start) ?? []), [value, name]]);
    },
    look(where, text) {
      for (const [start] of text.matchAll(TOKEN)) {
        const found = tokens.get(start)?.find(([value]) => text.includes(value));
        if (found !== undefined) throw new Error(`${found[1]} must not be in ${where}`);
      }
      for (const [value, name] of others) if (text.includes(value)) throw new Error(`${name} must not be in ${where}`);
    },
    lookHard(where, text) {
      for (const [value, name] of planted)
        if (spellingsOf(value).some((one) => text.includes(one))) throw new Error(`${name} must not be in ${where}`);
    },
    handedOut(where, answer, isSecret) {
      const secrets: [string, unknown][] = [];
      const rest = JSON.stringify(answer, (member, value: unknown) => {
        if (!isSecret(member)) return value;
        secrets.push([member, value]);
        return undefined;
      });
      canaries.look(where, rest ?? '');
      for (const [member, value] of secrets)
        for (const one of [value].flat()) canaries.plant(`the ${member} of ${where}`, one);
    },
  };
  return canaries;
}

function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const half = (value.length / 2) | 0; // the middle of a copy in Base64 depends on where in three bytes it begins
  const inBase64 = [0, 1, 2].map((skip) => bytes.subarray(skip, half - ((half - skip) % 3)).toString('base64'));
  return [value, ...inBase64, bytes.toString('hex'), encodeURIComponent(value)];
}

/** The members under which actions hand out secrets. */
export function secretMembers({ entries }: Catalogue): (member: string) => boolean {
  const names = new Set(entries.flatMap(({ action }) => action.secretOutput ?? []));
  return (member) => names.has(member);
}
