/** A grant as the doors take and show it. */
import * as z from 'zod';
import type { GrantResource } from '../../guard/grant.ts';
import { field } from '../../guard/input/fields.ts';
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
    kind: z.enum(['any', 'agent']).describe('One agent, named in id, or any.'),
    id: field.id('agt').optional().describe('The agent, for the kind agent.'),
  })
  .refine(({ kind, id }) => (kind === 'agent') === (id !== undefined), 'name an agent in id, for the kind agent alone');

export const resourceOf = ({ id }: z.output<typeof grantResource>): GrantResource =>
  id === undefined ? { kind: 'any' } : { kind: 'agent', id };

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
