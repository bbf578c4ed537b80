/**
 * Gives somebody a right besides its role, or takes one from it, for an action and one agent, thread, tool, section of the
 * swarm's configuration, or everything. It holds at the
 * principal's next request, and for what it asked for and has not left yet: that does not leave.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guardWrite } from '../../guard/writes.ts';
import { fenceOfPrincipal } from '../facts.ts';
import { grantable } from '../guards/granting.ts';
import type { GivenGrant } from '../ports.ts';
import type { Operation } from '../rules/granting.ts';
import { identityWrite } from '../writes.ts';
import {
  actionPattern,
  EFFECTS,
  grantResource,
  grantView,
  principalId,
  resourceOf,
  viewOfGrant,
} from './grant-view.ts';

export const createGrant = (operations: () => readonly Operation[]): AnyAction =>
  stateAction({
    name: 'identity.create_grant',
    version: 1,
    says: 'Allows or denies a person, service, key or organisation token an action, on one agent, thread, tool or section of the configuration, or on everything; deny wins.',
    input: z.object({
      principal: principalId.describe('Whose right it is, by id: a person, service, key or organisation token.'),
      action: actionPattern.describe(
        'An action (comms.send_message), all of a room (comms.*), every one (*), agents.view: that an agent exists for them, or swarm.read_prompts.',
      ),
      resource: grantResource.describe(
        'On what: one agent, thread, tool or section of the swarm’s configuration, or everything.',
      ),
      effect: z.enum(EFFECTS).describe('Which of the two it does.'),
    }),
    output: grantView,
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    risk: 'critical',
    sensitive: true,
    guards: [grantable(operations)],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/grants' },
    needs: {},
    change({ by, input: { principal, action, resource: on, effect }, now }, _facts, mint) {
      const resource = resourceOf(on);
      const id = mint.id('grt');
      const grant: GivenGrant = { id, principal, action, resource, effect, createdBy: by.id, createdAt: now };
      return {
        writes: [identityWrite('grant.create', grant), guardWrite('fence.bump', fenceOfPrincipal(principal))],
        output: viewOfGrant(grant),
      };
    },
  });
