/**
 * What mail has and the other channels have not: a subject, HTML, attachments, a way out. A mail without a visible way to
 * unsubscribe is let through with a warning (CAN-SPAM, 15 U.S.C. 7704(a)(3)–(5)); marketing mail gets the headers of
 * RFC 8058 whatever its text says.
 */
import { type Deny, type Finding, guard } from '../../guard/guard.ts';
import type { OutboundMessage } from '../provider-ports.ts';
import { attachmentFaultText, openAttachments } from '../rules/attachments.ts';
import { LIST_UNSUBSCRIBE, mustListUnsubscribe, subjectProblem } from '../rules/mail-headers.ts';
import { lacksUnsubscribe } from '../rules/unsubscribe-link.ts';

export const MAX_HTML_CHARS = 200_000;

const MAIL_ONLY = [
  'subject',
  'html',
  'attachments',
  'unsubscribe',
] as const satisfies readonly (keyof OutboundMessage)[];

const invalid = (say: string): Deny => ({ is: 'deny', code: 'invalid_input', say, source: 'mail fields' });

export const mailGuard = guard<OutboundMessage>()({
  id: 'mail',
  stage: 'validate',
  needs: {},
  judge({ input }) {
    if (input.channel !== 'email') {
      return MAIL_ONLY.filter((name) => input[name] !== undefined).map((name) =>
        invalid(`${name}: a mail has this, a message on ${input.channel} has not.`),
      );
    }
    const findings: Finding[] = [];
    if ((input.subject ?? '').trim() === '') findings.push(invalid('subject: a mail needs one.'));
    const subject = subjectProblem(input.subject ?? '');
    if (subject !== null) findings.push(invalid(subject));
    const files = openAttachments(input.attachments ?? []);
    if (!files.ok) findings.push(invalid(attachmentFaultText(files.error)));
    if (lacksUnsubscribe(input)) {
      findings.push({
        is: 'warn',
        code: 'unsubscribe_missing',
        say: mustListUnsubscribe(input)
          ? 'The mail shows no way to unsubscribe. The headers of RFC 8058 are added; CAN-SPAM wants one in the text too, and a postal address.'
          : 'The mail shows no way to unsubscribe. Commercial mail needs one (CAN-SPAM); set unsubscribe to true to add the headers of RFC 8058.',
      });
    }
    if (mustListUnsubscribe(input)) findings.push({ is: 'duty', duty: LIST_UNSUBSCRIBE });
    return findings;
  },
});
