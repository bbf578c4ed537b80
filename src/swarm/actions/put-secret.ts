/**
 * Puts a secret into the vault, by the name that the configuration gives it. It is sealed under the key ring, and used by the
 * server alone: there is no way to read it back, for nobody.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { toolWrite } from '../tools/writes.ts';
import { nameField } from './tool-fields.ts';

export const putSecret = (): AnyAction =>
  stateAction({
    name: 'swarm.put_secret',
    version: 1,
    says: 'Puts a secret for tools, models and workers into the vault, in the place of one of the same name; nobody can read it back.',
    input: z.object({
      name: nameField().describe('As the configuration names it: { secret: name }.'),
      value: field
        .secret(4_096)
        .refine((value) => value.trim() !== '', 'must not be blank')
        .describe('Sent by the server to the service that it is for; never shown to an agent.'),
    }),
    output: z.object({ name: z.string(), storedAt: z.string() }),
    access: 'org:own',
    subject: 'organization',
    namesOrganization: true,
    risk: 'critical',
    sensitive: true,
    guards: [],
    doors: ['rest', 'cli'], // by way of a model's context a secret would be read by the model
    needs: {},
    change: ({ by, input: { name, value }, now }, _facts, mint) => ({
      writes: [toolWrite('secret.put', { name, value, id: mint.id('sec'), by: by.id, at: now })],
      output: { name, storedAt: rfc3339(now) },
    }),
  });
