/** How log entries are shown: the index, whose they are, and the exact bytes that the leaf hashes. */
import * as z from 'zod';
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { isOfPlatform, type Principal } from '../principal.ts';

/** Whose entries a caller may read: the platform's own people and the orchestrator all of them, others their own. */
export const readableBy = (by: Pick<Principal, 'kind' | 'org'>, named: OrgId): OrgId | null =>
  isOfPlatform(by) ? null : named;

/** @throws SallyportError `forbidden` for an organisation's own auditor. */
export function everyOrganization(by: Pick<Principal, 'kind' | 'org'>): null {
  if (isOfPlatform(by)) return null;
  throw new SallyportError('forbidden', 'You read the log of your own organisation. Leave everyOrganization out.');
}

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
