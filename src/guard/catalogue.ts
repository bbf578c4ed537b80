/**
 * The catalogue: every action, made ready for the doors. What is missing or inconsistent in a definition stops the start.
 */
import * as z from 'zod';
import type { AnyFactKind } from '../kernel/fact.ts';
import type { AnyAction } from './action.ts';
import type { Need } from './facts.ts';
import type { AnyGuard } from './guard.ts';
import { STAGES } from './guard.ts';
import { authority } from './guards/authority.ts';
import { inputSafety } from './guards/input-safety.ts';
import { stepUp } from './guards/step-up.ts';
import { API, checkRoutes, type HttpPlace, httpPlace } from './http-place.ts';
import { field } from './input/fields.ts';
import { type FieldSpec, type InputPolicy, textFields } from './input/inspect.ts';
import { SCOPES_OF } from './principal.ts';

export interface CatalogueEntry {
  readonly action: AnyAction;
  /** MCP tool name, `comms_send_message`. */
  readonly tool: string;
  /** REST path, `/api/v1/comms/send-message`. */
  readonly path: string;
  /** Where the REST door has it besides; null: nowhere. */
  readonly http: HttpPlace | null;
  /** Every guard, in stage order. */
  readonly guards: readonly AnyGuard[];
  /** Every fact that a guard or the effect needs, each need object once. */
  readonly needs: readonly Need<unknown, AnyFactKind>[];
  /** The action's input with the envelope; unknown fields are refused. */
  readonly schema: z.ZodObject;
  /** The text fields of the input, with what each is. */
  readonly fields: readonly FieldSpec[];
}

export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
  byName(name: string): CatalogueEntry | undefined;
  byTool(tool: string): CatalogueEntry | undefined;
}

/** What every action takes besides its own input. */
export interface Envelope {
  readonly agentId?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly idempotencyKey?: string | undefined;
}
export const ENVELOPE_FIELDS = ['agentId', 'organizationId', 'dryRun', 'idempotencyKey'] as const;

const agentId = field
  .id('agt')
  .describe('The agent acted for. An agent token implies its own; administrators must name one.');
const envelope = {
  organizationId: field
    .id('org')
    .optional()
    .describe(
      'The organisation acted in. Only the orchestrator and people of the platform may name another than their own.',
    ),
  dryRun: z
    .boolean()
    .optional()
    .describe('True: judge only. Answers with every rule and its verdict; nothing is done.'),
  idempotencyKey: field
    .code(100)
    .optional()
    .describe('Repeating a call with the same key within 24 hours answers as the first one did.'),
};

export interface CatalogueParts {
  readonly actions: readonly AnyAction[];
  /** Guards that every action gets besides authority, step-up and input safety. */
  readonly everywhere: (action: AnyAction) => readonly AnyGuard[];
  readonly inputPolicy: InputPolicy;
}

/** @throws TypeError for a definition that is not safe to serve. */
export function createCatalogue({ actions, everywhere, inputPolicy }: CatalogueParts): Catalogue {
  const entries = actions.map((action) => compile(action, everywhere, inputPolicy));
  const byName = new Map(entries.map((entry) => [entry.action.name as string, entry]));
  const byTool = new Map(entries.map((entry) => [entry.tool, entry]));
  if (byName.size !== entries.length) throw new TypeError('two actions share a name');
  checkRoutes(entries.filter(({ action }) => action.doors.includes('rest')));
  return { entries, byName: (name) => byName.get(name), byTool: (tool) => byTool.get(tool) };
}

/** What an agent's own token may do: there it need not be named. */
const BY_AGENTS = SCOPES_OF.agent;

function compile(
  action: AnyAction,
  everywhere: CatalogueParts['everywhere'],
  inputPolicy: InputPolicy,
): CatalogueEntry {
  const fields = textFields(action.input);
  const safety = fields.length === 0 ? [] : [inputSafety(fields, inputPolicy)];
  const confirmed = action.sensitive === true ? [stepUp(action)] : [];
  const guards = [authority(action), ...everywhere(action), ...confirmed, ...safety, ...action.guards].sort(
    (a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage),
  );
  const ids = new Set(guards.map((guard) => guard.id));
  if (ids.size !== guards.length) throw new TypeError(`${action.name} lists a guard twice`);
  for (const name of ENVELOPE_FIELDS) {
    if (name in action.input.shape) throw new TypeError(`${action.name} redefines the envelope's ${name}`);
  }
  const effectNeeds = action.effect === 'read' ? {} : action.needs;
  const needsAgent = action.subject === 'agent' && !BY_AGENTS.has(action.access);
  const [room, verb] = action.name.split('.') as [string, string];
  const schema = z.strictObject({
    ...action.input.shape,
    agentId: needsAgent ? agentId : agentId.optional(),
    ...envelope,
  });
  return {
    action,
    tool: `${room}_${verb}`,
    path: `${API}/${room}/${verb.replaceAll('_', '-')}`,
    http: httpPlace(action, schema),
    guards,
    needs: [
      ...new Set([...guards.flatMap((guard) => Object.values(guard.needs)), ...Object.values(effectNeeds)]),
    ] as Need<unknown, AnyFactKind>[],
    schema,
    fields,
  };
}
