/**
 * A grant: an exception to what a principal's scopes give, for some actions and some resources. Deny wins, whatever else
 * allows.
 */
import type { GrantId, KeyId, ServiceId } from '../kernel/ids.ts';

export const RESOURCE_KINDS = ['agent', 'thread', 'section', 'tool'] as const;

/** The parts of a swarm's configuration: who may change which is given one by one. */
export const SECTIONS = ['agents', 'limits', 'models', 'peers', 'policies', 'prompts', 'schemas', 'tools'] as const;
export type Section = (typeof SECTIONS)[number];

export type GrantResource =
  | { readonly kind: 'any' }
  | { readonly kind: (typeof RESOURCE_KINDS)[number]; readonly id: string };

export interface Grant {
  /** Its own; that of the key or service that was given the action by name when it was made. */
  readonly id: GrantId | KeyId | ServiceId;
  readonly effect: 'allow' | 'deny';
  /** An action's name, every action of a room (`comms.*`), or every one (`*`). */
  readonly action: string;
  readonly resource: GrantResource;
}
