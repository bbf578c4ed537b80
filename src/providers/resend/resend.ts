/** Resend as the composition root sees it: a carrier of mail, an account port, and the fetching of mail that came in. */
import type {
  Credentials,
  MessageProvider,
  OpenCredentials,
  ProviderAccount,
  VendorAnswer,
} from '../../comms/provider-ports.ts';
import { createVendorHttp, type VendorHttpParts } from '../http/vendor-http.ts';
import type { InboundMail } from '../mail/inbound-mail.ts';
import { resendAccess } from './access.ts';
import { createResendAccount } from './account.ts';
import { type Download, fetchReceived } from './received.ts';
import { createResendCarrier } from './send.ts';

export const RESEND_API_URL = 'https://api.resend.com';

export interface ResendParts extends Omit<VendorHttpParts, 'baseUrl'> {
  readonly apiUrl?: string;
  readonly publicUrl: string;
  readonly openCredentials: OpenCredentials;
  readonly download: Download;
  readonly onFault: (fault: unknown) => void;
}

export interface Resend {
  readonly carrier: MessageProvider;
  readonly account: ProviderAccount;
  /** The mail that an `email.received` event tells of. */
  receive(credentials: Credentials, emailId: string, signal: AbortSignal): Promise<VendorAnswer<InboundMail>>;
}

/** @throws TypeError for a base URL that credentials must not be sent to. */
export function createResend(parts: ResendParts): Resend {
  const { apiUrl = RESEND_API_URL, publicUrl, openCredentials, download, onFault } = parts;
  const http = createVendorHttp({ ...parts, baseUrl: apiUrl });
  return {
    carrier: createResendCarrier({ http, publicUrl, openCredentials, onFault }),
    account: createResendAccount(http),
    async receive(credentials, emailId, signal) {
      const access = resendAccess(credentials);
      if (access !== null) return fetchReceived({ http, download }, access, emailId, signal);
      return { state: 'failed', code: 'invalid_input', say: 'apiKey must be a key of Resend: re_ and more.' };
    },
  };
}
