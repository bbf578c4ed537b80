/**
 * What WhatsApp has and the other channels have not: outside the 24 hours after a person's last message to the agent only
 * templates that Meta has approved are carried (Twilio error 63016). Refused here, in sandbox too, so that nobody finds it out
 * in production. What of a template is shown to whom is the provider's; the message's body is its text in the record.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import { DAY_MS, rfc3339 } from '../../kernel/time.ts';
import { ownRelationship } from '../needs.ts';
import type { OutboundMessage } from '../provider-ports.ts';

export const MAX_TEMPLATE_VARS = 20;
/** Of Twilio's content templates. */
const TEMPLATE = /^HX[0-9a-fA-F]{32}$/;

type Input = Pick<OutboundMessage, 'to' | 'channel' | 'templateId' | 'templateVars'>;

export const whatsappWindowGuard = guard<Input>()({
  id: 'whatsapp-window',
  stage: 'comply',
  needs: { relationship: ownRelationship },
  judge({ input, now }, { relationship }) {
    const last = relationship?.lastInboundAt ?? null;
    if (input.channel !== 'whatsapp' || input.templateId !== undefined) return [];
    if (last !== null && now - last < DAY_MS) return [];
    return [
      {
        is: 'deny',
        code: 'template_required',
        say: 'On WhatsApp free text reaches a person only within 24 hours of their last message. Send an approved template (templateId of comms_send_message), or use another channel.',
        source: 'WhatsApp customer service window',
        fact: last === null ? 'no message from the contact' : `last message of the contact on ${rfc3339(last)}`,
      },
    ];
  },
});

const invalid = (say: string): Deny => ({ is: 'deny', code: 'invalid_input', say, source: 'template fields' });

export const templateGuard = guard<Input>()({
  id: 'template',
  stage: 'validate',
  needs: {},
  judge({ input: { channel, templateId, templateVars } }) {
    const findings: Deny[] = [];
    if (channel !== 'whatsapp') {
      for (const [name, value] of Object.entries({ templateId, templateVars }))
        if (value !== undefined) findings.push(invalid(`${name}: WhatsApp alone has templates.`));
      return findings;
    }
    if (templateId !== undefined && !TEMPLATE.test(templateId))
      findings.push(invalid('templateId: a content template of Twilio, HX and 32 hexadecimal digits.'));
    if (templateVars !== undefined && templateId === undefined)
      findings.push(invalid('templateVars: they belong to a templateId.'));
    if (Object.keys(templateVars ?? {}).length > MAX_TEMPLATE_VARS)
      findings.push(invalid(`templateVars: at most ${MAX_TEMPLATE_VARS}.`));
    return findings;
  },
});
