/** What is paused, or stopped: one thread, one agent wherever it works, or the whole swarm. */
import type { AgentId, ThreadId } from '../../kernel/ids.ts';

export type Subject =
  | { readonly is: 'swarm' }
  | { readonly is: 'agent'; readonly name: string }
  | { readonly is: 'thread'; readonly id: ThreadId };

/** The same with the agent behind the name. */
export type StopSubject =
  | Exclude<Subject, { is: 'agent' }>
  | { readonly is: 'agent'; readonly name: string; readonly id: AgentId };

/** As its column has it. */
export function subjectText(subject: Subject): string {
  switch (subject.is) {
    case 'swarm':
      return 'swarm';
    case 'agent':
      return `agent:${subject.name}`;
    case 'thread':
      return `thread:${subject.id}`;
  }
}

/**
 * Why something is paused. A person may lift what a person did. `budget`: a budget is used up, and who raises it lifts it.
 * `stop`: the emergency stop; nothing else takes its place until somebody lifts it.
 */
export const PAUSE_REASONS = ['person', 'budget', 'stop'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** An agent or the swarm, as long as it is paused; a thread's own status says it of a thread. */
export interface PausedSubject {
  readonly subject: string;
  readonly because: PauseReason;
}
