/** A revocation that found nothing, or nothing any more, must not sound like one that worked. */
import { need } from '../../guard/facts.ts';
import { type AnyGuard, guard } from '../../guard/guard.ts';
import type { KeyId, ServiceId } from '../../kernel/ids.ts';
import { identityFacts } from '../facts.ts';

/** @param list the action that shows those there are. */
export const ownService = <I>(idOf: (input: I) => KeyId | ServiceId, list: string): AnyGuard =>
  guard<I>()({
    id: 'own-service',
    stage: 'validate',
    needs: { there: need<I>()(identityFacts.principal, ({ input }) => idOf(input)) },
    judge: (_, { there }) =>
      there?.kind === 'service'
        ? []
        : [
            {
              is: 'deny',
              code: 'not_found',
              say: `There is none with that id here; ${list} shows those there are.`,
              source: 'tenant boundary',
            },
          ],
  });
