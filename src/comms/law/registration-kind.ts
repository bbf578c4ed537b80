/** What a country may ask for before application-to-person texts are sent there. */
import type { Sourced } from './sourced.ts';

export const REGISTRATION_KINDS = [
  '10dlc',
  'toll_free_verification',
  'campaign',
  'dlt',
  'sender_id',
  'brand_name',
  'calling_number',
] as const;
export type RegistrationKind = (typeof REGISTRATION_KINDS)[number];

export interface Registration extends Sourced {
  /** `ask`: not known, and not to be taken for a no. */
  readonly standing: 'required' | 'advised' | 'none' | 'ask';
  /** Any one of these does; which one depends on the number that sends. */
  readonly kinds: readonly RegistrationKind[];
  readonly needs: string;
}
