/**
 * What this process knows that must not leave besides what is in the store: the server's own secrets, those that were opened to
 * be used, canaries, and the prompts of agents. In memory, as fingerprints alone.
 */
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import { allOf, type Fingerprinter, type Fingerprints, NO_FINGERPRINTS } from './fingerprints.ts';

export interface OutputBook {
  readonly fingerprinter: Fingerprinter;
  /** @param org whose it is; null: the server's own, which no organisation may tell. */
  learn(org: OrgId | null, secret: string, is?: 'secret' | 'canary'): void;
  /** What an agent must not recite, in the place of what it was before. Kept once for all that may not recite the same. */
  learnPrompts(agent: AgentId, prompts: readonly string[]): void;
  known(org: OrgId, agent: AgentId | null): readonly Fingerprints[];
}

/** More secrets of one organisation than this push out the earliest that were opened. */
const MAX_SECRETS = 1_000;

interface Shelf {
  readonly secrets: Map<string, Fingerprints>;
  all: Fingerprints;
}

export function createOutputBook(fingerprinter: Fingerprinter): OutputBook {
  const shelves = new Map<OrgId | null, Shelf>();
  const prompts = new Map<AgentId, { readonly tag: string; readonly all: Fingerprints }>();
  return {
    fingerprinter,
    learn(org, secret, is = 'secret') {
      const { secrets, ...shelf } = shelves.getOrInsertComputed(org, () => ({
        secrets: new Map(),
        all: NO_FINGERPRINTS,
      }));
      const tag = fingerprinter.tag(secret);
      if (secrets.has(tag)) return;
      secrets.set(tag, fingerprinter.ofSecret(secret, is));
      const [eldest] = secrets.keys();
      if (secrets.size > MAX_SECRETS) secrets.delete(eldest!);
      shelves.set(org, { ...shelf, secrets, all: allOf([...secrets.values()]) });
    },
    learnPrompts(agent, texts) {
      const tag = fingerprinter.tag(texts.join('\0'));
      if (prompts.get(agent)?.tag === tag) return;
      const same = prompts.values().find((one) => one.tag === tag);
      prompts.set(agent, same ?? { tag, all: allOf(texts.map((text) => fingerprinter.ofPrompt(text))) });
    },
    known(org, agent) {
      const of = [shelves.get(null)?.all, shelves.get(org)?.all, agent === null ? undefined : prompts.get(agent)?.all];
      return of.filter((one) => one !== undefined);
    },
  };
}
