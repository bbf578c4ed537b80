/** The fields for what an agent takes. */
import { Field, Select } from '../ui/field.tsx';
import type { PayloadField, PayloadShape, Typed } from './payload-schema.ts';

interface PayloadFormProps {
  readonly shape: PayloadShape;
  readonly text: string;
  readonly typed: Typed;
  readonly fault: string | undefined;
  onText(text: string): void;
  onTyped(typed: Typed): void;
}

export function PayloadForm({ shape, text, typed, fault, onText, onTyped }: PayloadFormProps) {
  switch (shape.is) {
    case 'text':
      return <Field label="Message" name="payload" lines={5} value={text} fault={fault} onText={onText} />;
    case 'json':
      return (
        <Field
          label="Message, as JSON"
          hint="What this agent takes is shown below."
          name="payload"
          lines={8}
          mono
          value={text}
          fault={fault}
          onText={onText}
        />
      );
    case 'fields':
      return (
        <>
          {shape.fields.map((field) => (
            <OneField
              key={field.name}
              field={field}
              value={typed[field.name] ?? ''}
              onValue={(value) => onTyped({ ...typed, [field.name]: value })}
            />
          ))}
        </>
      );
  }
}

interface OneFieldProps {
  readonly field: PayloadField;
  readonly value: string;
  onValue(value: string): void;
}

function OneField({ field: { name, label, hint, kind, required, options }, value, onValue }: OneFieldProps) {
  const shown = required ? label : `${label} (optional)`;
  const more = hint === null ? {} : { hint };
  if (kind === 'choice' || kind === 'yes-no') {
    const choices = kind === 'choice' ? options.map((one) => ({ value: one, text: one })) : YES_NO;
    const all = [{ value: '', text: required ? 'Choose …' : 'Left out' }, ...choices];
    return (
      <Select label={shown} name={name} value={value} options={all} required={required} onChoice={onValue} {...more} />
    );
  }
  return (
    <Field
      label={shown}
      name={name}
      value={value}
      required={required}
      autocomplete="off"
      {...(kind === 'text' ? { lines: 2 } : { type: 'number' as const })}
      {...(kind === 'number' ? { step: 'any' as const } : {})}
      onText={onValue}
      {...more}
    />
  );
}

const YES_NO = [
  { value: 'yes', text: 'Yes' },
  { value: 'no', text: 'No' },
] as const;
