/** How log entries are shown: the index, whose they are, and the exact bytes that the leaf hashes. */
import * as z from 'zod';
import type { OrgId } from '../../kernel/ids.ts';
import { isOfPlatform, type Principal } from '../principal.ts';

/** Whose entries a caller may read: the platform's own people and the orchestrator all of them, others their own. */
export const readableBy = (by: Pick<Principal, 'kind' | 'org'>, named: OrgId): OrgId | null =>
  isOfPlatform(by) ? null : named;

export const logLine = z.object({
  index: z.int().describe('The leaf in the tree.'),
  organizationId: z.string(),
  body: z.string().describe('Canonical JSON, byte for byte what the leaf hashes.'),
});

export const logHead = {
  origin: z.string(),
  vkey: z.string().describe("The log's public key; keep it apart from exports."),
  size: z.int(),
  checkpoint: z.string().describe('C2SP signed checkpoint; keep one somewhere else to find truncation.'),
};
