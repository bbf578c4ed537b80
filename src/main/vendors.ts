/** The providers of this server, from its settings: who carries what in production, and what administrators ask of them. */
import { lookup } from 'node:dns/promises';
import type { CallCarriers, Carriers } from '../comms/ports.ts';
import type { OpenCredentials, Vendors } from '../comms/provider-ports.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { SECOND_MS } from '../kernel/time.ts';
import { createCircuitBreaker } from '../providers/http/circuit-breaker.ts';
import type { Download } from '../providers/resend/received.ts';
import { createResend } from '../providers/resend/resend.ts';
import { createSmtp } from '../providers/smtp/smtp.ts';
import type { FetchMedia } from '../providers/twilio/media.ts';
import { createTwilio } from '../providers/twilio/twilio.ts';
import type { ReceiveMail } from '../server/webhooks/delivery.ts';
import { addressList } from '../shield/address-list.ts';
import { parseAddress } from '../shield/ip-address.ts';
import { isPublic } from '../shield/public-address.ts';
import { createSafeFetch } from '../shield/safe-fetch.ts';
import { publicUrl, type Settings } from './settings.ts';

export interface VendorParts {
  readonly settings: Settings;
  readonly open: OpenCredentials;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly onFault: (fault: unknown) => void;
  /** How files of a mail are fetched; from public addresses unless said. */
  readonly download?: Download;
}

export interface Connected {
  readonly vendors: Vendors;
  readonly production: Carriers['production'];
  /** Left out where nobody carries calls. */
  readonly calls?: CallCarriers;
  readonly receiveMail: ReceiveMail;
  readonly fetchMedia: FetchMedia;
}

const DOWNLOAD_TIMEOUT_MS = 15 * SECOND_MS;

/** Demo mode has none: what it sends goes to the simulator, whatever the organisation. */
export function connectVendors(parts: VendorParts): Connected {
  const { settings, open, clock, entropy, onFault, download = safeDownload } = parts;
  const baseUrl = settings.webhookBaseUrl ?? publicUrl(settings, settings.port);
  const common = {
    publicUrl: baseUrl,
    openCredentials: open,
    breaker: createCircuitBreaker({ clock }),
    clock,
    entropy,
    onFault,
  };
  const twilio = createTwilio({ ...common, apiUrl: settings.twilioApiUrl, messagingUrl: settings.twilioMessagingUrl });
  const resend = createResend({ ...common, apiUrl: settings.resendApiUrl, download });
  const smtp = createSmtp({ ...common, addressesOf: reachable(settings.smtpPrivateNetworks) });
  const none = settings.demoMode;
  return {
    vendors: {
      accounts: none ? {} : { twilio: twilio.account, resend: resend.account, smtp: smtp.account },
      open,
      baseUrl: () => baseUrl,
    },
    production: none ? {} : { twilio: twilio.carrier, resend: resend.carrier, smtp: smtp.carrier },
    receiveMail: resend.receive,
    fetchMedia: (url, { maxBytes, authorization, signal }) =>
      fetched(url, maxBytes, { signal, headers: { authorization } }),
  };
}

/** The addresses of a mail server's name that may be connected to: who registers it must not reach into this network. */
function reachable(privateNetworks: readonly string[]) {
  const allowed = addressList(privateNetworks);
  return async (host: string): Promise<readonly string[]> => {
    const found = await lookup(host, { all: true }).catch(() => []);
    return found
      .map(({ address }) => address)
      .filter((text) => {
        const address = parseAddress(text);
        return address !== null && (isPublic(address) || allowed.has(address));
      });
  };
}

/** A file of a mail, from where Resend keeps it: a public https address and nothing else. */
const safeDownload: Download = (url, { maxBytes, signal }) => fetched(url, maxBytes, { signal });

/** Credentials go to the address's own origin alone, however it redirects. */
async function fetched(url: string, maxBytes: number, init: RequestInit): Promise<Uint8Array | null> {
  try {
    const answer = await createSafeFetch({ maxBytes, timeoutMs: DOWNLOAD_TIMEOUT_MS })(url, init);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch {
    return null; // refused, cut off or too large: the message is kept without it, and says so
  }
}
