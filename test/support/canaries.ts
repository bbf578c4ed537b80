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

export function createCanaries(): Canaries {
  const planted = new Map<string, string>();

  function find(where: string, text: string, spellings: (value: string) => readonly string[]): void {
    for (const [value, name] of planted)
      if (spellings(value).some((one) => text.includes(one))) throw new Error(`${name} must not be in ${where}`);
  }
  const canaries: Canaries = {
    plant(name, value) {
      if (typeof value === 'string' && value.length >= MIN_CHARS) planted.set(value, name);
    },
    look: (where, text) => find(where, text, (value) => [value]),
    lookHard: (where, text) => find(where, text, spellingsOf),
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
