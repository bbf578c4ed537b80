/**
 * What the outside servers list now, and what of it is approved. For people: the texts are strangers', and an agent that read
 * them here would read what nobody has approved yet.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { ServerLook } from '../tools/outside-tools.ts';
import type { Pin, Pins } from '../tools/pins.ts';
import { listedTool, listingHash } from '../tools/rules/tool-hash.ts';
import { nameField } from './tool-fields.ts';

const said = z.object({
  title: z.string().nullable(),
  description: z.string().nullable(),
  inputSchema: z.record(z.string(), z.unknown()),
  outputSchema: z.record(z.string(), z.unknown()).nullable(),
  annotations: z.record(z.string(), z.unknown()).nullable(),
});

export interface ListToolsParts {
  readonly pins: Pick<Pins, 'list'>;
  readonly look: (org: OrgId) => Promise<readonly ServerLook[]>;
}

export const listTools = ({ pins, look }: ListToolsParts): AnyAction =>
  readAction({
    name: 'swarm.list_tools',
    version: 1,
    says: 'Lists the tools of outside servers with their hashes: new, approved, or changed since; with a server, also what it says of each.',
    input: z.object({ server: nameField().optional().describe('Of this server alone, with all that it says.') }),
    output: z.object({
      servers: z.array(
        z.object({
          server: z.string(),
          status: z.enum(['listed', 'unavailable']),
          say: z.string().nullable(),
          listHash: z
            .string()
            .nullable()
            .describe('Of everything that the server lists; swarm_approve_tools takes it.'),
          tools: z.array(
            z.object({
              tool: z.string(),
              state: z.enum(['new', 'pinned', 'changed']),
              hash: z.string().describe('Of what was seen last; swarm_approve_tool takes it.'),
              approvedHash: z.string().nullable(),
              approvedAt: z.string().nullable(),
              approvedBy: z.string().nullable(),
              seenAt: z.string(),
              seen: said.nullable(),
              approved: said.nullable(),
            }),
          ),
        }),
      ),
    }),
    access: 'org:admin',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, input: { server: only } }) {
      const looks = (await look(org)).filter(({ server }) => only === undefined || server === only);
      const known = Map.groupBy(await pins.list(org), ({ server }) => server);
      return {
        servers: looks.map(({ server, status, say }) => {
          const own = known.get(server) ?? [];
          const listHash =
            own.length === 0 ? null : listingHash(own.map(({ tool, seen: { hash } }) => ({ tool, hash })));
          return { server, status, say, listHash, tools: own.map((pin) => viewOf(pin, only !== undefined)) };
        }),
      };
    },
  });

const viewOf = ({ tool, state, seen, approved, seenAt, approvedAt, approvedBy }: Pin, whole: boolean) => ({
  ...{ tool, state, hash: seen.hash, approvedHash: approved?.hash ?? null, approvedBy, seenAt: rfc3339(seenAt) },
  approvedAt: approvedAt === null ? null : rfc3339(approvedAt),
  seen: whole ? saidBy(seen) : null,
  approved: whole && approved !== null ? saidBy(approved) : null,
});

function saidBy(pinned: Pin['seen']) {
  const { title, description, inputSchema, outputSchema, annotations } = listedTool(pinned);
  return {
    title: title ?? null,
    description: description ?? null,
    inputSchema: { ...inputSchema },
    outputSchema: outputSchema === undefined ? null : { ...outputSchema },
    annotations: annotations === undefined ? null : { ...annotations },
  };
}
