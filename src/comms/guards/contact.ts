/** The contact named in an input is an address of that channel. Possible is enough: one can forbid what can't be reached. */
import { guard } from '../../guard/guard.ts';
import { type NamedContact, namedContact } from '../contact.ts';
import { ADDRESS_PROBLEMS } from '../rules/address.ts';

type Input = Omit<NamedContact, 'contact'> & { readonly contact?: string | undefined };

export const contactGuard = guard<Input>()({
  id: 'contact',
  stage: 'validate',
  needs: {},
  judge({ input: { contact, channel } }) {
    if (contact === undefined) return [];
    const address = namedContact({ contact, channel });
    return address.ok
      ? []
      : [
          {
            is: 'deny',
            code: 'invalid_input',
            say: `contact: ${ADDRESS_PROBLEMS[address.error]}`,
            source: 'form of addresses',
            fact: `field contact: ${address.error}`,
          },
        ];
  },
});
