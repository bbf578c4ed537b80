/** The log of every organisation is for the platform's own auditors; an organisation's has its own. */
import { type AnyGuard, guard } from '../guard.ts';
import { isOfPlatform } from '../principal.ts';

export const wholeLog: AnyGuard = guard<{ readonly everyOrganization: boolean }>()({
  id: 'whole-log',
  stage: 'authorise',
  needs: {},
  judge: ({ by, input }) =>
    input.everyOrganization && !isOfPlatform(by)
      ? [
          {
            is: 'deny',
            code: 'forbidden',
            say: 'The log of every organisation is for auditors of the platform. Leave everyOrganization out to read that of your own.',
            source: 'tenant boundary',
          },
        ]
      : [],
});
