/** What is said of every program when it is made, and how it is shown afterwards. */
import * as z from 'zod';
import { field } from '../../guard/input/fields.ts';
import type { KeyId, ServiceId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { parseNetwork, spellNetwork } from '../../shield/address-list.ts';
import { isLive } from '../live.ts';
import { scopesAndActions } from '../rules/giving.ts';
import type { ServiceInfo } from '../services/ports.ts';

const MAX_NAMES = 50;
const MAX_NETWORKS = 50;
/** What every principal has (`server/protection.ts`): a limit of its own only lowers it. */
const MAX_PER_MINUTE = 600;

export const givenFields = {
  name: field.name(100).describe('What it is for, such as the program that will use it.'),
  scopes: z
    .array(field.code(100))
    .min(1)
    .max(MAX_NAMES)
    .describe(
      'What it may do: scopes such as agent:read, and single actions such as comms.pause_agent. Sensitive actions must be named one by one. Nothing that you may not do yourself.',
    ),
  cidrs: z
    .array(
      field
        .code(60)
        .refine((text) => parseNetwork(text) !== null, 'must be an address or network, such as 192.0.2.0/24'),
    )
    .max(MAX_NETWORKS)
    .default([])
    .describe('Networks from which it may be used. Left out: from anywhere.'),
  expiresAt: field.time().optional().describe('When it ends, RFC 3339. Left out: when it is revoked.'),
  requestsPerMinute: z
    .int()
    .min(1)
    .max(MAX_PER_MINUTE)
    .optional()
    .describe(`Requests a minute that it may make, at most and by default ${MAX_PER_MINUTE}.`),
} as const;

export interface Given {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly cidrs: readonly string[];
  readonly expiresAt?: string | undefined;
  readonly requestsPerMinute?: number | undefined;
}

export const givenRow = (input: Given, createdBy: string, now: number) => ({
  name: input.name,
  ...scopesAndActions(input.scopes),
  cidrs: [...new Set(input.cidrs.map((text) => spellNetwork(parseNetwork(text)!)))],
  requestsPerMinute: input.requestsPerMinute ?? null,
  expiresAt: input.expiresAt === undefined ? null : Date.parse(input.expiresAt),
  createdBy,
  createdAt: now,
});

export const givenView = {
  name: z.string(),
  works: z.boolean(),
  scopes: z.array(z.string()),
  cidrs: z.array(z.string()),
  requestsPerMinute: z.number().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable().describe('To the minute.'),
  revokedAt: z.string().nullable(),
} as const;

export const viewOf = (info: ServiceInfo<KeyId | ServiceId>, now: number) => ({
  name: info.name,
  works: isLive(info, now),
  scopes: [...info.scopes, ...info.actions],
  cidrs: [...info.cidrs],
  requestsPerMinute: info.requestsPerMinute,
  createdBy: info.createdBy,
  createdAt: rfc3339(info.createdAt),
  expiresAt: time(info.expiresAt),
  lastUsedAt: time(info.lastUsedAt),
  revokedAt: time(info.revokedAt),
});

export const time = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));

/** What pages a list, newest first. */
export const pageFields = <Prefix extends string>(prefix: Prefix) => ({
  limit: z.int().min(1).max(100).default(50),
  cursor: field.id(prefix).optional().describe('The nextCursor of the page before.'),
});

export const cursorAfter = <Id>(found: readonly { readonly id: Id }[], limit: number): Id | null =>
  found.length < limit ? null : (found.at(-1)?.id ?? null);
