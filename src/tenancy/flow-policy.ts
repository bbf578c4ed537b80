/**
 * What an agent that has read untrusted content may not do by itself. Without a policy of its own an agent has the defaults;
 * there is no policy that lets untrusted words choose a recipient, a link, a spend or a control action by themselves.
 */
import type { Micros } from '../kernel/money.ts';

/** `hold`: a person decides about exactly this input. `deny`: nobody is asked. */
export const ON_FLOW = ['hold', 'deny'] as const;
export type OnFlow = (typeof ON_FLOW)[number];

export const ON_LINK = ['allow', ...ON_FLOW] as const;
export type OnLink = (typeof ON_LINK)[number];

export interface FlowPolicy {
  /** Somebody who is neither who wrote it nor was chosen while the agent had read nothing untrusted. */
  readonly newRecipient: OnFlow;
  /** A link to a host that nobody trusted has named. */
  readonly newLink: OnFlow;
  readonly spend: OnFlow;
  /** More than this at once, in micro-units of USD. */
  readonly spendAbove: Micros;
  /** What changes what may be done later, such as recording consent. */
  readonly control: OnFlow;
  /** Links to such a host by an agent that has read nothing untrusted. */
  readonly unlabelledLinks: OnLink;
  /** Hosts in lower-case ASCII that may be linked to, each with all below it. */
  readonly trustedHosts: readonly string[];
}

export const DEFAULT_FLOW_POLICY: FlowPolicy = {
  newRecipient: 'hold',
  newLink: 'hold',
  spend: 'hold',
  spendAbove: 1_000_000,
  control: 'hold',
  unlabelledLinks: 'allow',
  trustedHosts: [],
};

/** Whether a link to `host` (lower-case ASCII) is to one of the trusted hosts, or below it. */
export const isTrustedHost = ({ trustedHosts }: Pick<FlowPolicy, 'trustedHosts'>, host: string): boolean =>
  trustedHosts.some((trusted) => host === trusted || host.endsWith(`.${trusted}`));
