/**
 * Whether a principal may do what it might when its socket was opened: the same scopes and grants, and nothing that would end its
 * tokens has happened. A fresh factor alone is no change. Pure.
 */
import type { Principal } from '../../guard/principal.ts';

export const sameRights = (before: Principal, now: Principal): boolean => spelled(before) === spelled(now);

const spelled = ({ kind, org, agent, scopes, grants = [], fences, requestsPerMinute }: Principal): string =>
  JSON.stringify([kind, org, agent, [...scopes].sort(), grants, fences, requestsPerMinute ?? null]);
