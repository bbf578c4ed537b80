import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { AlertBook } from '../../guard/alert-book.ts';
import type { ApprovalSigning } from '../../guard/approval-signing.ts';
import { createCatalogue } from '../../guard/catalogue.ts';
import { SCOPES_OF } from '../../guard/principal.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { emptyBook, noVendors } from '../fixtures.ts';
import { outreachGuards } from '../guards/index.ts';
import type { AdminTokens, AgentTokens, AgentWork, CommsReader, RetentionKeeper } from '../ports.ts';
import { commsActions } from './index.ts';

const unused = new Proxy({}, { get: () => () => Promise.reject(new Error('not in this test')) });
const carriers = { sandbox: {}, production: {} };
const actions = commsActions({
  version: '0',
  carriers,
  vendors: noVendors,
  approvalTtlMs: 1,
  otherPerson: false,
  signing: unused as ApprovalSigning,
  contentPolicy: 'standard',
  outputBook: emptyBook,
  comms: unused as CommsReader,
  retention: unused as RetentionKeeper,
  tenancy: unused as TenancyReader,
  agentTokens: unused as AgentTokens,
  adminTokens: unused as AdminTokens,
  agentWork: unused as AgentWork,
  publicUrl: 'https://door.example',
  alerts: {
    book: unused as AlertBook,
    operator: [],
    deliver: async () => undefined,
    senders: { email: null, sms: null },
    post: async () => ({ state: 'ok', ref: '' }),
  },
});

describe('the actions of comms', () => {
  const { entries } = createCatalogue({ actions, everywhere: () => [], inputPolicy: 'standard' });

  test('make a catalogue: every text has a kind, no name is taken twice, the envelope is nobody else’s', () =>
    expect(entries.map(({ tool }) => tool).toSorted()).toMatchInlineSnapshot(`
      [
        "comms_acknowledge_messages",
        "comms_approve",
        "comms_bind_sender",
        "comms_buy_number",
        "comms_check_consent",
        "comms_clear_context",
        "comms_confirm_opt_out",
        "comms_create_organization",
        "comms_deliver_alert",
        "comms_deny",
        "comms_deprovision_channels",
        "comms_dnc_add",
        "comms_dnc_list",
        "comms_dnc_remove",
        "comms_erase_contact",
        "comms_expand_agent_pool",
        "comms_explain_compliance",
        "comms_get_approval_challenge",
        "comms_get_attachment",
        "comms_get_billing_summary",
        "comms_get_channel_status",
        "comms_get_messages",
        "comms_get_organization",
        "comms_get_retention",
        "comms_get_usage_dashboard",
        "comms_get_waiting_messages",
        "comms_list_alerts",
        "comms_list_held",
        "comms_list_organizations",
        "comms_list_registrations",
        "comms_make_call",
        "comms_onboard_customer",
        "comms_pause_agent",
        "comms_ping",
        "comms_provision_channels",
        "comms_raise_test_alert",
        "comms_receive_message",
        "comms_record_consent",
        "comms_register_provider",
        "comms_reinstate_organization",
        "comms_report_delivery",
        "comms_resume_agent",
        "comms_review_kyc",
        "comms_revoke_consent",
        "comms_run_retention",
        "comms_send_message",
        "comms_send_otp",
        "comms_set_agent_limits",
        "comms_set_alert_routes",
        "comms_set_anomaly_policy",
        "comms_set_approval_policy",
        "comms_set_billing_config",
        "comms_set_contact_place",
        "comms_set_flow_policy",
        "comms_set_registration_status",
        "comms_submit_kyc",
        "comms_submit_registration",
        "comms_suspend_organization",
        "comms_test_alert",
        "comms_unbind_sender",
        "comms_unregister_provider",
        "comms_unsubscribe",
        "comms_verify_otp",
      ]
    `));

  test('can be described to a model and to OpenAPI', () => {
    for (const { action, schema } of entries) {
      expect(() => z.toJSONSchema(schema, { io: 'input' })).not.toThrow();
      expect(() => z.toJSONSchema(action.output)).not.toThrow();
    }
  });

  test('say what they do in one sentence', () => {
    for (const { action } of entries) expect(action.says, action.name).toMatch(/^[A-Z][^.]*\.$/);
  });

  test('give an agent’s own token these and no others', () =>
    expect(
      entries.filter(({ action }) => SCOPES_OF.agent.has(action.access)).map(({ tool }) => tool),
    ).toMatchInlineSnapshot(`
      [
        "comms_ping",
        "comms_send_message",
        "comms_make_call",
        "comms_send_otp",
        "comms_verify_otp",
        "comms_get_messages",
        "comms_get_attachment",
        "comms_get_channel_status",
        "comms_get_waiting_messages",
        "comms_acknowledge_messages",
        "comms_record_consent",
        "comms_revoke_consent",
        "comms_check_consent",
        "comms_explain_compliance",
        "comms_get_usage_dashboard",
        "comms_get_billing_summary",
      ]
    `));

  test('take deliveries from providers by the webhooks alone', () =>
    expect(
      entries
        .filter(({ action }) => action.doors.includes('webhook'))
        .map(({ action }) => [action.name, action.access, action.doors]),
    ).toEqual(
      ['comms.receive_message', 'comms.report_delivery', 'comms.unsubscribe'].map((name) => [
        name,
        'provider:deliver',
        ['webhook'],
      ]),
    ));

  test('pass every outreach guard where they reach a person', () => {
    const all = outreachGuards(
      { carriers, approvalTtlMs: 1, contentPolicy: 'standard', outputBook: emptyBook },
      z.object({}),
    ).map(({ id }) => id);
    expect(all).toEqual([
      'channel',
      'recipient',
      'content',
      'output-filter',
      'suppression',
      'consent',
      'calling-window',
      'ai-disclosure',
      'recording-consent',
      'registration',
      'whatsapp-window',
      'rates',
      'contact-frequency',
      'legal-frequency',
      'spend',
      'approval',
      'information-flow',
    ]);
    for (const { action } of entries.filter(
      (entry) => entry.action.effect === 'world' && entry.action.access === 'agent:act',
    )) {
      expect(
        action.guards.map(({ id }) => id),
        action.name,
      ).toEqual(expect.arrayContaining(all));
    }
  });

  test('show secrets once only', () =>
    expect(
      entries.flatMap(({ tool, action }) => (action.secretOutput ?? []).map((field) => `${tool}.${field}`)),
    ).toEqual([
      'comms_provision_channels.securityToken',
      'comms_create_organization.adminToken',
      'comms_onboard_customer.securityToken',
      'comms_set_alert_routes.webhookSecret',
    ]));
});
