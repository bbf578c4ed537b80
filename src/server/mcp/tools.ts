/**
 * The catalogue as MCP tools, made once at start: names, schemas (JSON Schema 2020-12, the protocol's default dialect) and
 * hints. A caller is shown the tools whose right it holds; that is a courtesy, the guard decides at every call.
 */
import type { ListToolsResult, Tool } from '@modelcontextprotocol/server';
import { type ObjectSchema, objectSchema } from '../../guard/action-schema.ts';
import type { Catalogue, CatalogueEntry } from '../../guard/catalogue.ts';
import type { Principal } from '../../guard/principal.ts';
import { mayEver } from '../../guard/rights.ts';

export interface Tools {
  find(name: string): CatalogueEntry | undefined;
  list(by: Principal): ListToolsResult;
}

/** @throws TypeError for an action whose output is not an object with named members: a structured result has to be one. */
export function createTools({ entries }: Catalogue): Tools {
  const offered = entries.filter(({ action }) => action.doors.includes('mcp'));
  const byName = new Map(offered.map((entry) => [entry.tool, entry])); // no plain object: `constructor` is no tool
  const shown = offered.map((entry) => ({
    action: entry.action.name,
    access: entry.action.access,
    tool: toolOf(entry),
  }));
  return {
    find: (name) => byName.get(name),
    list: (by) => ({ tools: shown.filter((one) => mayEver(by, one)).map(({ tool }) => tool) }),
  };
}

function toolOf({ action, tool, schema }: CatalogueEntry): Tool {
  // a read that first marks something as read is not read-only
  const readOnly = action.effect === 'read' && action.first === undefined;
  return {
    name: tool,
    description: action.says,
    // what zod publishes is JSON, which its own type does not say
    inputSchema: objectSchema(action.name, schema, 'input') as Tool['inputSchema'],
    outputSchema: resultSchema(objectSchema(action.name, action.output, 'output')),
    annotations: {
      readOnlyHint: readOnly,
      destructiveHint: !readOnly && action.risk !== 'low',
      idempotentHint: readOnly,
      openWorldHint: action.effect === 'world',
    },
  };
}

const TEXT = { type: 'string' } as const;
const META = {
  type: 'object',
  properties: {
    status: { enum: ['done', 'pending'] },
    actionId: { anyOf: [TEXT, { type: 'null' }] },
    warnings: { type: 'array' },
  },
  required: ['status', 'actionId', 'warnings'],
} as const;
const HELD = {
  type: 'object',
  properties: { status: { const: 'held' }, actionId: TEXT, until: TEXT, reasons: { type: 'array' } },
  required: ['status', 'actionId', 'until', 'reasons'],
} as const;
const EXPLAINED = {
  type: 'object',
  properties: { verdict: { enum: ['allow', 'hold', 'deny'] }, checks: { type: 'array' } },
  required: ['verdict', 'checks'],
} as const;

const REFUSED = {
  type: 'object',
  properties: { code: TEXT, message: TEXT },
  required: ['code', 'message'],
} as const;

/**
 * What clients hold a structured result against: the output with its `_meta`, a hold, or a dry run (answer.ts), or a
 * failure (call-tool.ts): clients of the 1.x SDK hold errors against it too, and would throw away the reasons.
 */
function resultSchema(output: ObjectSchema) {
  const done = {
    ...output,
    properties: { ...output.properties, _meta: META },
    required: [...(output.required ?? []), '_meta'],
  };
  return { type: 'object', anyOf: [done, HELD, EXPLAINED, REFUSED] } as NonNullable<Tool['outputSchema']>;
}
