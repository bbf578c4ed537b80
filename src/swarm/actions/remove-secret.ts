/** Takes a secret out of the vault. What the configuration needs it for fails from then on, in words. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { toolFacts } from '../tools/facts.ts';
import { toolWrite } from '../tools/writes.ts';
import { nameField } from './tool-fields.ts';

interface Input {
  readonly name: string;
}

const storedGuard = guard<Input>()({
  id: 'stored-secret',
  stage: 'validate',
  needs: { there: need<Input>()(toolFacts.secret, ({ input }) => input.name) },
  judge: (_, { there }) =>
    there === true
      ? []
      : [
          {
            is: 'deny',
            code: 'not_found',
            say: 'There is no secret of that name here; swarm_list_secrets shows those there are.',
            source: 'secrets of the organisation',
          },
        ],
});

export const removeSecret = (): AnyAction =>
  stateAction({
    name: 'swarm.remove_secret',
    version: 1,
    says: 'Removes a secret from the vault; what needs it stops working.',
    input: z.object({ name: nameField() }),
    output: z.object({ name: z.string(), status: z.literal('removed') }),
    access: 'org:own',
    subject: 'organization',
    namesOrganization: true,
    risk: 'high',
    sensitive: true,
    guards: [storedGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change: ({ input: { name } }) => ({
      writes: [toolWrite('secret.remove', { name })],
      output: { name, status: 'removed' as const },
    }),
  });
