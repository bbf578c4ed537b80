/**
 * A checked mail as the bytes that a mail server takes (RFC 5322, MIME), by nodemailer's composer, which folds and encodes header
 * lines. It may read no file and fetch nothing. The Message-ID is made of the action's id and the sender's domain: SMTP knows no
 * idempotency key, but a duplicate can be recognised by it, here and at the recipient's.
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutboundMail } from '../mail/outbound-mail.ts';

export const messageIdOf = ({ action, from }: Pick<OutboundMail, 'action' | 'from'>): string =>
  `<${action}@${from.slice(from.lastIndexOf('@') + 1)}>`;

/** @param at when the action was sent (ms): the Date of the mail. */
export const composeMail = (mail: OutboundMail, at: number): Promise<Uint8Array> =>
  new MailComposer({
    // as objects: nothing is parsed out of an address
    from: { name: '', address: mail.from },
    to: [{ name: '', address: mail.to }],
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === null ? {} : { html: mail.html }),
    headers: { ...mail.headers },
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({
      filename,
      contentType,
      content: Buffer.from(content),
    })),
    messageId: messageIdOf(mail),
    date: new Date(at),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
