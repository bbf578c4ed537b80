/** What a provider answers to an administrator's request, as the outcome of the action. */
import type { Delivery } from '../../guard/action.ts';
import type { VendorAnswer } from '../provider-ports.ts';

export function deliveryOf<T>(
  answer: VendorAnswer<T>,
  done: (value: T) => { readonly ref: string; readonly told?: Readonly<Record<string, string>> },
): Delivery {
  if (answer.state === 'ok') return { state: 'ok', ...done(answer.value) };
  const { say } = answer;
  if (answer.state === 'unknown') return { state: 'unknown', code: 'outcome_unknown', say };
  return { state: 'failed', code: answer.code === 'outcome_unknown' ? 'provider_unavailable' : answer.code, say };
}
