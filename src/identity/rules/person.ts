/** What a person's mail address and name may be, as they come in. */
import * as z from 'zod';
import { field } from '../../guard/input/fields.ts';
import { normalMailAddress } from '../../kernel/mail-address.ts';

/** Parsed to its normal form. */
export const mailAddress = field.address().transform((raw, context) => {
  const mail = normalMailAddress(raw);
  if (mail !== null) return mail;
  context.addIssue('must be a mail address alone, such as bob@example.com');
  return z.NEVER;
});

export const personName = field.name(100);
