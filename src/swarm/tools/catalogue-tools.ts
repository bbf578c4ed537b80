/**
 * The catalogue's actions as tools of the swarm's agents: those that an agent's own token may call over MCP, and no other,
 * whatever a configuration names. The envelope (`agentId`, `organizationId`, `dryRun`, `idempotencyKey`) is the runtime's: it
 * is not in the schema, and the schema takes nothing else.
 */
import * as z from 'zod';
import { objectSchema } from '../../guard/action-schema.ts';
import type { Catalogue, CatalogueEntry } from '../../guard/catalogue.ts';
import { SCOPES_OF } from '../../guard/principal.ts';
import type { ToolShown } from './port.ts';
import { isNamed } from './rules/tool-names.ts';

/** @param names lines of an agent's configuration: `comms.send_message`, or `comms.*` for all of a room. */
export const catalogueTools = (
  { entries }: Pick<Catalogue, 'entries'>,
  names: readonly string[],
): readonly ToolShown[] =>
  entries
    .filter((entry) => isForAgents(entry) && names.some((name) => isNamed(name, entry.action.name)))
    .map((entry) => shown.getOrInsertComputed(entry, shownEntry));

/** Each is made once: every turn begins with the tools of its agent, and what is checked against a schema is kept by its identity. */
const shown = new WeakMap<CatalogueEntry, ToolShown>();

const shownEntry = ({ action, tool }: CatalogueEntry): ToolShown => ({
  name: tool,
  description: action.says,
  schema: objectSchema(action.name, z.strictObject(action.input.shape), 'input'),
  // what an attempt at the world came to is not always known; everything else is committed whole, or not at all
  idempotent: action.effect !== 'world',
});

const isForAgents = ({ action }: CatalogueEntry): boolean =>
  action.subject === 'agent' && SCOPES_OF.agent.has(action.access) && action.doors.includes('mcp');
