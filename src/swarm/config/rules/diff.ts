/**
 * What a new configuration changes, by section: who may change what is asked for each section that has a change. Prompts and
 * programs' arguments are told by hash and length.
 */
import type { Section } from '../../../guard/grant.ts';
import { canonicalJson, type Json } from '../../../kernel/canonical-json.ts';
import type { SwarmConfig } from '../schema.ts';
import { textHash } from './hash.ts';
import { type Leaf, leavesOf } from './leaves.ts';

export interface Hidden {
  readonly hidden: true;
  /** SHA-256, base64url. */
  readonly sha256: string;
  readonly characters: number;
}

export interface Change {
  readonly section: Section;
  readonly path: string;
  readonly is: 'added' | 'removed' | 'changed';
  /** Null where there was nothing. */
  readonly before: Json | Hidden;
  readonly after: Json | Hidden;
  /** It only allows less than before. */
  readonly tightens: boolean;
}

/** @param before null: there is no configuration yet, so that everything is added. */
export function diffConfigs(before: SwarmConfig | null, after: SwarmConfig): readonly Change[] {
  const old = new Map((before === null ? [] : leavesOf(before)).map((leaf) => [leaf.path, leaf]));
  const fresh = new Map(leavesOf(after).map((leaf) => [leaf.path, leaf]));
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((path): readonly Change[] => {
    const [was, is] = [old.get(path), fresh.get(path)];
    if (was !== undefined && is !== undefined && canonicalJson(was.value) === canonicalJson(is.value)) return [];
    return [
      {
        section: (is ?? was)!.section,
        path,
        is: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
        before: shown(was),
        after: shown(is),
        tightens: tightens(was, is),
      },
    ];
  });
}

export const sectionsOf = (changes: readonly Change[]): readonly Section[] =>
  [...new Set(changes.map(({ section }) => section))].sort();

/** As it is to somebody who may not know of some agents: without them, also among peers. @param hidden their names. */
export const withoutAgents = (config: SwarmConfig, hidden: ReadonlySet<string>): SwarmConfig =>
  hidden.size === 0
    ? config
    : {
        ...config,
        agents: config.agents
          .filter(({ name }) => !hidden.has(name))
          .map((agent) => ({ ...agent, peers: agent.peers.filter((name) => !hidden.has(name)) })),
      };

/** Every limit is a most. */
function tightens(was: Leaf | undefined, is: Leaf | undefined): boolean {
  if (is?.section !== 'limits') return false;
  const now = Number(is.value);
  return Number.isFinite(now) && (was === undefined || now < Number(was.value));
}

export const hide = (value: Json): Hidden => {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return { hidden: true, sha256: textHash(text), characters: text.length };
};

const shown = (leaf: Leaf | undefined): Json | Hidden =>
  leaf === undefined ? null : leaf.hidden ? hide(leaf.value) : leaf.value;
