/**
 * The input policy as a guard, on every action that takes text: structural fields that look like an attack are refused;
 * prose is let through as it is and flagged, or refused under `INPUT_POLICY=strict`.
 */
import { type AnyGuard, type Finding, guard } from '../guard.ts';
import { type FieldSpec, type InputPolicy, inspectInput } from '../input/inspect.ts';

export const inputSafety = (fields: readonly FieldSpec[], policy: InputPolicy): AnyGuard =>
  guard<unknown>()({
    id: 'input-safety',
    stage: 'validate',
    needs: {},
    judge({ input, by }) {
      const { rejected, flagged } = inspectInput(fields, input, by.kind === 'provider' ? 'standard' : policy);
      return [
        ...rejected.map(
          ({ path, message }): Finding => ({
            is: 'deny',
            code: 'unsafe_input',
            say: `${path}: ${message}`,
            source: 'INPUT_POLICY',
            fact: `field ${path}`,
          }),
        ),
        ...flagged.map(
          ({ path, pattern }): Finding => ({
            is: 'warn',
            code: 'flagged_input',
            say: `${path} looks like ${pattern}; it is delivered unchanged.`,
          }),
        ),
      ];
    },
  });
