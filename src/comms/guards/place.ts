/** What is said of where a contact lives names a place, or takes back what was said. */
import { type Deny, guard } from '../../guard/guard.ts';
import { placeProblems, type SaidPlace } from '../rules/place.ts';

interface Input extends SaidPlace {
  readonly clear: boolean;
}

const invalid = (say: string, fact: string): Deny => ({
  is: 'deny',
  code: 'invalid_input',
  say,
  source: 'form of places',
  fact,
});

export const placeGuard = guard<Input>()({
  id: 'place',
  stage: 'validate',
  needs: {},
  judge({ input }) {
    const says = input.zone !== undefined || input.country !== undefined || input.region !== undefined;
    if (says === input.clear) {
      return [
        invalid('Say a zone, a country or both; or clear: true alone to take back what was said.', 'field clear'),
      ];
    }
    return placeProblems(input).map(({ path, say }) => invalid(say, `field ${path}`));
  },
});
