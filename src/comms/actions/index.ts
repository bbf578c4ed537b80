/** Comms' actions, for the catalogue. */
import type { AnyAction } from '../../guard/action.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import type { AdminTokens, AgentTokens, Carriers, CommsReader } from '../ports.ts';
import type { Vendors } from '../provider-ports.ts';
import { acknowledgeMessages } from './acknowledge-messages.ts';
import { approve } from './approve.ts';
import { bindSender } from './bind-sender.ts';
import { buyNumber } from './buy-number.ts';
import { checkConsent } from './check-consent.ts';
import { createOrganization } from './create-organization.ts';
import { deny } from './deny.ts';
import { deprovisionChannels } from './deprovision-channels.ts';
import { dncAdd } from './dnc-add.ts';
import { dncList } from './dnc-list.ts';
import { dncRemove } from './dnc-remove.ts';
import { explainCompliance } from './explain-compliance.ts';
import { getAttachment } from './get-attachment.ts';
import { getChannelStatus } from './get-channel-status.ts';
import { getMessages } from './get-messages.ts';
import { getUsageDashboard } from './get-usage-dashboard.ts';
import { getWaitingMessages } from './get-waiting-messages.ts';
import { listHeld } from './list-held.ts';
import { listOrganizations } from './list-organizations.ts';
import { makeCall } from './make-call.ts';
import { ping } from './ping.ts';
import { provisionChannels } from './provision-channels.ts';
import { receiveMessage } from './receive-message.ts';
import { recordConsent } from './record-consent.ts';
import { registerProvider } from './register-provider.ts';
import { reportDelivery } from './report-delivery.ts';
import { reviewKyc } from './review-kyc.ts';
import { revokeConsent } from './revoke-consent.ts';
import { sendMessage } from './send-message.ts';
import { setAgentLimits } from './set-agent-limits.ts';
import { setApprovalPolicy } from './set-approval-policy.ts';
import { setContactPlace } from './set-contact-place.ts';
import { unbindSender } from './unbind-sender.ts';
import { unregisterProvider } from './unregister-provider.ts';
import { unsubscribe } from './unsubscribe.ts';

export interface CommsActionParts {
  readonly version: string;
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  /** How long an approval may be waited for. */
  readonly approvalTtlMs: number;
  readonly comms: CommsReader;
  readonly tenancy: TenancyReader;
  readonly agentTokens: AgentTokens;
  readonly adminTokens: AdminTokens;
}

export const commsActions = (parts: CommsActionParts): readonly AnyAction[] => [
  ping(parts.version, parts.carriers),
  provisionChannels(parts.carriers, parts.agentTokens),
  deprovisionChannels(parts.agentTokens),
  sendMessage(parts),
  makeCall(parts),
  getMessages(parts.comms),
  getAttachment(parts.comms),
  getChannelStatus(parts),
  getWaitingMessages(parts.comms),
  acknowledgeMessages(),
  recordConsent(),
  revokeConsent(),
  checkConsent(parts.comms),
  explainCompliance(parts.comms),
  setAgentLimits(),
  getUsageDashboard(parts),
  setContactPlace(),
  dncAdd(),
  dncRemove(),
  dncList(parts.comms),
  createOrganization(parts.adminTokens),
  listOrganizations(parts.tenancy),
  setApprovalPolicy(),
  listHeld(parts.comms),
  approve(),
  deny(),
  reviewKyc(),
  registerProvider(parts.vendors),
  unregisterProvider(),
  bindSender(parts.carriers, parts.vendors),
  unbindSender(parts.vendors),
  buyNumber(parts.carriers, parts.vendors),
  receiveMessage(),
  reportDelivery(),
  unsubscribe(),
];
