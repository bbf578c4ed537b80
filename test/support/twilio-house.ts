/** Twilio's adapter over its double: a real client over real HTTP; waits between retries pass at once, deadlines when told. */
import type { Credentials, OutboundMessage } from '../../src/comms/provider-ports.ts';
import { type Claimed, mintPermit, type Permit } from '../../src/guard/permit.ts';
import type { Timer } from '../../src/kernel/timer.ts';
import { createCircuitBreaker } from '../../src/providers/http/circuit-breaker.ts';
import { createTwilio } from '../../src/providers/twilio/twilio.ts';
import { type TwilioDouble, type TwilioDoubleOptions, twilioDouble } from '../doubles/twilio.ts';
import { type TestClock, testClock } from './house.ts';

export const PUBLIC_URL = 'https://sallyport.example';
export const SENDER = '+15002000000';
export const RECIPIENT = '+14155550100';
export const HOOKS = {
  inbound: `${PUBLIC_URL}/webhooks/twilio/agt_1/sms?n=in`,
  status: `${PUBLIC_URL}/webhooks/twilio/agt_1/status?n=st`,
};

export interface TwilioHouse extends ReturnType<typeof createTwilio>, AsyncDisposable {
  readonly double: TwilioDouble;
  readonly clock: TestClock;
  readonly credentials: Credentials;
  readonly faults: unknown[];
  /** Ends the waiting of every request under way. */
  timeUp(): void;
}

const TIMEOUT_MS = 10_000;

export async function twilioHouse(
  how: TwilioDoubleOptions & {
    readonly openCredentials?: () => Promise<Credentials | null>;
    readonly publicUrl?: string;
  } = {},
): Promise<TwilioHouse> {
  const clock = testClock();
  const double = await twilioDouble({ now: clock.now, ...how });
  const deadlines = new Set<() => void>();
  const timer: Timer = (ms, run) => {
    if (ms === TIMEOUT_MS) deadlines.add(run);
    else queueMicrotask(run);
    return () => deadlines.delete(run);
  };
  const credentials = { accountSid: double.accountSid, authToken: double.authToken };
  const faults: unknown[] = [];
  const twilio = createTwilio({
    apiUrl: double.url,
    messagingUrl: double.url,
    publicUrl: how.publicUrl ?? PUBLIC_URL,
    openCredentials: how.openCredentials ?? (async () => credentials),
    onFault: (fault) => faults.push(fault),
    breaker: createCircuitBreaker({ clock }),
    clock,
    entropy: { bytes: (n) => new Uint8Array(n) },
    timeoutMs: TIMEOUT_MS,
    timer,
  });
  return {
    ...twilio,
    double,
    clock,
    credentials,
    faults,
    timeUp() {
      for (const run of deadlines) run();
    },
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

export interface Sending {
  readonly input?: Partial<OutboundMessage>;
  readonly context?: Readonly<Record<string, string>>;
  readonly agent?: Claimed['agent'];
  readonly signal?: AbortSignal;
}

/** A permit to send an SMS in production. */
export function permitTo({ input, context, agent = 'agt_1', signal }: Sending = {}): Permit<OutboundMessage> {
  const claimed: Claimed<OutboundMessage> = {
    id: 'act_1',
    org: 'org_1',
    agent,
    action: 'comms.send_message',
    input: { to: '+1 (415) 555-0100', body: 'Hello', channel: 'sms', purpose: 'transactional', ...input },
    attempt: 1,
    duties: [],
    context: {
      messageId: 'msg_1',
      from: SENDER,
      mode: 'production',
      provider: 'twilio',
      credentialOrg: 'org_1',
      callback: 'nonce',
      unsubscribe: '',
      ...context,
    },
  };
  return mintPermit(claimed, signal ?? new AbortController().signal);
}
