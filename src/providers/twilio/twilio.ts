/** Twilio as the composition root sees it: one carrier of messages and one account port over the same two APIs. */
import type { MessageProvider, OpenCredentials, ProviderAccount } from '../../comms/provider-ports.ts';
import { createVendorHttp, type VendorHttpParts } from '../http/vendor-http.ts';
import { createTwilioAccount } from './account.ts';
import { createTwilioCarrier } from './send.ts';

export const TWILIO_API_URL = 'https://api.twilio.com';
export const TWILIO_MESSAGING_URL = 'https://messaging.twilio.com';

export interface TwilioParts extends Omit<VendorHttpParts, 'baseUrl'> {
  readonly apiUrl?: string;
  readonly messagingUrl?: string;
  readonly publicUrl: string;
  readonly openCredentials: OpenCredentials;
  readonly onFault: (fault: unknown) => void;
}

/** @throws TypeError for a base URL that credentials must not be sent to. */
export function createTwilio(parts: TwilioParts): {
  readonly carrier: MessageProvider;
  readonly account: ProviderAccount;
} {
  const { apiUrl = TWILIO_API_URL, messagingUrl = TWILIO_MESSAGING_URL, publicUrl, openCredentials, onFault } = parts;
  const apis = {
    api: createVendorHttp({ ...parts, baseUrl: apiUrl }),
    messaging: createVendorHttp({ ...parts, baseUrl: messagingUrl }),
  };
  return {
    carrier: createTwilioCarrier({ apis, publicUrl, openCredentials, onFault }),
    account: createTwilioAccount(apis),
  };
}
