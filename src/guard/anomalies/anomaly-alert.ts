/** What a person is told of an anomaly: what was counted and what can be done. Nothing personal. */
import type { Alert } from '../alerts.ts';
import type { Subject } from './ports.ts';
import { type Anomaly, type AnomalyKind, severityOf } from './rules/activity.ts';
import { SAME_TEXT_CONTACTS } from './rules/sent-texts.ts';

type Counted = Anomaly['counted'];

const SAYS: Readonly<Record<AnomalyKind, (who: string, counted: Counted) => string>> = {
  volume_spike: (who, { last, before }) =>
    `Agent ${who} did ${last} actions in five minutes, after ${before} in the five before. Look at what it sends; pause it with comms_pause_agent if nobody meant it to.`,
  failed_authentications: (who) =>
    `More than 10 failed authentications within five minutes from one address of ${who}. If it is one of yours, look for a client with an old token; if not, block it with IP_DENYLIST.`,
  many_tokens: (who) =>
    `More than 3 tokens were made for agent ${who} within an hour. Look at them with identity_list_agent_tokens, and revoke what nobody knows.`,
  error_spike: (who, { actions, failures }) =>
    `Of the last ${actions} messages of agent ${who}, ${failures} failed or are of unknown outcome. Look at its provider, and at whom it writes to.`,
  same_text: (who) =>
    `Agent ${who} sent the same text to more than ${SAME_TEXT_CONTACTS} contacts within an hour. Pause it with comms_pause_agent if it was not meant to.`,
  refusal_spike: (who, { last, before }) =>
    `Agent ${who} was refused ${last} times in five minutes, after ${before} in the five before. audit_query_log says by which rules.`,
  first_contacts: (who, { last, before }) =>
    `Agent ${who} wrote to ${last} new contacts within an hour, after ${before} in the hour before. Pause it with comms_pause_agent if nobody meant it to.`,
};

export function anomalyAlert({ org, label }: Subject, { kind, counted }: Anomaly, paused: boolean): Alert {
  const say = SAYS[kind](label, counted);
  return {
    severity: severityOf(kind),
    kind,
    org,
    say: paused ? `${say} It is paused until comms_resume_agent.` : say,
    subject: label,
    detail: { ...counted, paused },
  };
}
