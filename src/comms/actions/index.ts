/** Comms' actions, for the catalogue. */
import type { AnyAction } from '../../guard/action.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import type { AlertSenders } from '../guards/alert-delivery.ts';
import type { ContentPolicy } from '../guards/content.ts';
import type { AdminTokens, AgentTokens, AgentWork, Carriers, CommsReader, RetentionKeeper } from '../ports.ts';
import type { Vendors } from '../provider-ports.ts';
import { acknowledgeMessages } from './acknowledge-messages.ts';
import { approvalChallenge } from './approval-challenge.ts';
import { type ApproveParts, approve } from './approve.ts';
import { bindSender } from './bind-sender.ts';
import { buyNumber } from './buy-number.ts';
import { checkConsent } from './check-consent.ts';
import { clearContext } from './clear-context.ts';
import { confirmOptOut } from './confirm-opt-out.ts';
import { createOrganization } from './create-organization.ts';
import { deliverAlert, type PostAlert } from './deliver-alert.ts';
import { deny } from './deny.ts';
import { deprovisionChannels } from './deprovision-channels.ts';
import { dncAdd } from './dnc-add.ts';
import { dncList } from './dnc-list.ts';
import { dncRemove } from './dnc-remove.ts';
import { eraseContact } from './erase-contact.ts';
import { expandAgentPool } from './expand-agent-pool.ts';
import { explainCompliance } from './explain-compliance.ts';
import { getAttachment } from './get-attachment.ts';
import { getBillingSummary } from './get-billing-summary.ts';
import { getChannelStatus } from './get-channel-status.ts';
import { getMessages } from './get-messages.ts';
import { getOrganization } from './get-organization.ts';
import { getRetention } from './get-retention.ts';
import { getUsageDashboard } from './get-usage-dashboard.ts';
import { getWaitingMessages } from './get-waiting-messages.ts';
import { listAlerts } from './list-alerts.ts';
import { listHeld } from './list-held.ts';
import { listOrganizations } from './list-organizations.ts';
import { listRegistrations } from './list-registrations.ts';
import { makeCall } from './make-call.ts';
import { onboardCustomer } from './onboard-customer.ts';
import { pauseAgent } from './pause-agent.ts';
import { ping } from './ping.ts';
import { provisionChannels } from './provision-channels.ts';
import { receiveMessage } from './receive-message.ts';
import { recordConsent } from './record-consent.ts';
import { registerProvider } from './register-provider.ts';
import { reinstateOrganization } from './reinstate-organization.ts';
import { reportDelivery } from './report-delivery.ts';
import { resumeAgent } from './resume-agent.ts';
import { reviewKyc } from './review-kyc.ts';
import { revokeConsent } from './revoke-consent.ts';
import { runRetention } from './run-retention.ts';
import { sendMessage } from './send-message.ts';
import { sendOtp } from './send-otp.ts';
import { setAgentLimits } from './set-agent-limits.ts';
import { setAlertRoutes } from './set-alert-routes.ts';
import { setAnomalyPolicy } from './set-anomaly-policy.ts';
import { setApprovalPolicy } from './set-approval-policy.ts';
import { setBillingConfig } from './set-billing-config.ts';
import { setContactPlace } from './set-contact-place.ts';
import { setFlowPolicy } from './set-flow-policy.ts';
import { setRegistrationStatus } from './set-registration-status.ts';
import { submitKyc } from './submit-kyc.ts';
import { submitRegistration } from './submit-registration.ts';
import { suspendOrganization } from './suspend-organization.ts';
import { raiseTestAlert, type TestAlertParts, testAlert } from './test-alert.ts';
import { unbindSender } from './unbind-sender.ts';
import { unregisterProvider } from './unregister-provider.ts';
import { unsubscribe } from './unsubscribe.ts';
import { verifyOtp } from './verify-otp.ts';

export interface CommsActionParts extends Pick<ApproveParts, 'signing' | 'otherPerson'> {
  readonly version: string;
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  /** How long an approval may be waited for. */
  readonly approvalTtlMs: number;
  readonly contentPolicy: ContentPolicy;
  readonly outputBook: OutputBook;
  readonly comms: CommsReader;
  readonly retention: RetentionKeeper;
  readonly tenancy: TenancyReader;
  readonly agentTokens: AgentTokens;
  readonly agentWork: AgentWork;
  readonly adminTokens: AdminTokens;
  /** Where agents reach this server, without a trailing slash. */
  readonly publicUrl: string;
  readonly alerts: TestAlertParts & { readonly senders: AlertSenders; readonly post: PostAlert };
}

export const commsActions = (parts: CommsActionParts): readonly AnyAction[] => [
  ping(parts),
  provisionChannels(parts.carriers, parts.agentTokens),
  deprovisionChannels(parts.agentTokens),
  sendMessage(parts),
  makeCall(parts),
  sendOtp(parts),
  verifyOtp(parts.approvalTtlMs),
  getMessages(parts.comms),
  getAttachment(parts.comms),
  getChannelStatus(parts),
  getWaitingMessages(parts.comms),
  acknowledgeMessages(),
  recordConsent(),
  revokeConsent(parts.approvalTtlMs),
  checkConsent(parts.comms),
  explainCompliance(parts.comms),
  setAgentLimits(),
  getUsageDashboard(parts),
  setContactPlace(),
  getBillingSummary(parts),
  setBillingConfig(),
  dncAdd(),
  dncRemove(),
  dncList(parts.comms),
  eraseContact(),
  getRetention(parts.retention),
  runRetention(parts.retention),
  createOrganization(parts.adminTokens),
  listOrganizations(parts.tenancy),
  getOrganization(parts.tenancy, parts.comms),
  setApprovalPolicy(),
  listHeld(parts.comms),
  approvalChallenge(parts),
  approve(parts),
  deny(),
  submitKyc(),
  reviewKyc(),
  suspendOrganization(),
  reinstateOrganization(),
  submitRegistration(),
  setRegistrationStatus(),
  listRegistrations(parts.comms),
  expandAgentPool(),
  onboardCustomer(parts),
  registerProvider(parts.vendors),
  unregisterProvider(),
  bindSender(parts.carriers, parts.vendors),
  unbindSender(parts.vendors),
  buyNumber(parts.carriers, parts.vendors),
  receiveMessage(),
  reportDelivery(),
  unsubscribe(),
  confirmOptOut(parts),
  setAnomalyPolicy(),
  setFlowPolicy(),
  clearContext(),
  pauseAgent(parts.agentWork),
  resumeAgent(),
  setAlertRoutes(),
  listAlerts(parts.alerts.book),
  deliverAlert({ carriers: parts.carriers, ...parts.alerts }),
  raiseTestAlert(parts.alerts),
  testAlert(parts.alerts),
];
