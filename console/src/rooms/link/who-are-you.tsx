/** The first Owner says who they are; everybody after them was named in their invitation. */
import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';

export interface Who {
  readonly name: string;
  readonly email: string;
}

export function WhoAreYou({ onWho }: { onWho(who: Who): void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        onWho({ name: name.trim(), email: email.trim() });
      }}
    >
      <Field label="Your name" name="name" autocomplete="name" value={name} max={100} focus onText={setName} />
      <Field
        label="Your mail address"
        hint="It names you when you sign in. Nothing is sent to it."
        name="email"
        type="email"
        autocomplete="email"
        value={email}
        onText={setEmail}
      />
      <Button kind="primary" size="full" type="submit">
        Continue
      </Button>
    </form>
  );
}
