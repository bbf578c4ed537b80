/**
 * Information-flow labels (FIDES, arXiv 2505.23643): where a text comes from and who may read it. The server sets and joins
 * them; an agent can't assert its own. What came from outside is untrusted from its first row on.
 */
import type { AgentId } from '../kernel/ids.ts';

export interface Label {
  readonly integrity: 'trusted' | 'untrusted';
  /** `public`, or the ids and addresses that may read it, sorted. */
  readonly readers: 'public' | readonly string[];
  /** What it was made from: message ids and principals, sorted. */
  readonly sources: readonly string[];
}

/** What came in from outside, before it is known from whom. */
export const OUTSIDE: Label = { integrity: 'untrusted', readers: 'public', sources: [] };

export const TRUSTED: Label = { integrity: 'trusted', readers: 'public', sources: [] };

/** The label of what is made from both: the lower integrity, the readers that both allow, all sources. */
export function joinLabels(a: Label, b: Label): Label {
  if (a === TRUSTED) return b;
  if (b === TRUSTED) return a;
  return {
    integrity: a.integrity === 'untrusted' || b.integrity === 'untrusted' ? 'untrusted' : 'trusted',
    readers: commonReaders(a.readers, b.readers),
    sources: [...new Set([...a.sources, ...b.sources])].sort(),
  };
}

/** In the place of the messages that a label no longer names one by one: whatever this agent was told. */
export const everythingTold = (agent: AgentId): string => `told:${agent}`;

/** A label is stored with each message; beyond these many its sources are the latest, and that there were others. */
const MAX_SOURCES = 32;

export function boundedLabel(label: Label, agent: AgentId): Label {
  if (label.sources.length <= MAX_SOURCES) return label;
  const whole = everythingTold(agent);
  const named = label.sources.filter((source) => source !== whole);
  return { ...label, sources: [...named.slice(-(MAX_SOURCES - 1)), whole].sort() };
}

function commonReaders(a: Label['readers'], b: Label['readers']): Label['readers'] {
  if (a === 'public') return b;
  if (b === 'public') return a;
  return a.filter((reader) => b.includes(reader));
}
