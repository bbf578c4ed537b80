/** A grant as the doors take and show it. */
import * as z from 'zod';
import { type GrantResource, RESOURCE_KINDS, SECTIONS } from '../../guard/grant.ts';
import { field } from '../../guard/input/fields.ts';
import { looksLikeId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { GivenGrant } from '../ports.ts';

export const principalId = field.idOf('usr', 'svc', 'key', 'tok');

/** An action's name, `room.*` or `*`. */
const PATTERN = /^(?:\*|[a-z]+\.(?:\*|[a-z]+(?:_[a-z]+)*))$/;
export const actionPattern = field
  .code(80)
  .regex(PATTERN, 'must be an action such as comms.send_message, a room such as comms.*, or *')
  .meta({ field: 'code', examples: ['comms.send_message'] });

/** Flat, so that a command line can say it. */
export const grantResource = z
  .strictObject({
    kind: z.enum(['any', ...RESOURCE_KINDS]).describe('What is named in id, or any.'),
    id: field
      .code(120)
      .optional()
      .describe(
        `An agent's or thread's id, a section of the swarm's configuration (${SECTIONS.join(', ')}), or a tool's name.`,
      ),
  })
  .refine(
    ({ kind, id }) => (kind === 'any') === (id === undefined),
    'name in id what it is about, but for the kind any',
  )
  .refine(({ kind, id }) => kind === 'any' || id === undefined || IS_ONE[kind](id), 'does not fit the kind: id');

/** A thread that is not there is not told apart: a grant about it does nothing. */
const IS_ONE: Readonly<Record<(typeof RESOURCE_KINDS)[number], (id: string) => boolean>> = {
  agent: (id) => looksLikeId('agt', id),
  thread: (id) => looksLikeId('thr', id),
  section: (id) => (SECTIONS as readonly string[]).includes(id),
  tool: (id) => /^[A-Za-z][\w.*/-]*$/.test(id),
};

export const resourceOf = ({ kind, id }: z.output<typeof grantResource>): GrantResource =>
  kind === 'any' || id === undefined ? { kind: 'any' } : { kind, id };

export const EFFECTS = ['allow', 'deny'] as const;

export const grantView = z.object({
  grantId: z.string(),
  principal: z.string(),
  action: z.string(),
  resource: z.object({ kind: z.string(), id: z.string().nullable() }),
  effect: z.enum(EFFECTS),
  createdBy: z.string(),
  createdAt: z.string(),
});

export const viewOfGrant = (grant: GivenGrant): z.output<typeof grantView> => {
  const { id, principal, action, resource, effect, createdBy, createdAt } = grant;
  return {
    grantId: id,
    principal,
    action,
    resource: { kind: resource.kind, id: resource.kind === 'any' ? null : resource.id },
    effect,
    createdBy,
    createdAt: rfc3339(createdAt),
  };
};
