/** A suppression as the doors show it. */
import * as z from 'zod';
import { rfc3339 } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { SUPPRESSION_REASONS } from '../facts.ts';
import type { SuppressionRecord } from '../ports.ts';

export const suppressionView = z.object({
  contact: z.string(),
  channel: z.enum([...CHANNELS, 'all']),
  reason: z
    .enum(SUPPRESSION_REASONS)
    .describe(
      'stop: the contact opted out. dnc: an administrator entered it. bounce: mail came back. complaint: called spam.',
    ),
  scope: z.enum(['organization', 'platform']),
  source: z.string(),
  at: z.string(),
});

export const viewOfSuppression = ({
  contact,
  channel,
  reason,
  scope,
  source,
  at,
}: SuppressionRecord): z.output<typeof suppressionView> => ({
  contact,
  channel,
  reason,
  scope,
  source,
  at: rfc3339(at),
});
