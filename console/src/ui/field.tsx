/** A labelled input, its hint and what is wrong with it, tied together for those who don't see them side by side. */
import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Button } from './button.tsx';

interface Around {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with what was typed. */
  readonly fault?: string | undefined;
}

interface FieldProps extends Around {
  readonly value: string;
  readonly name: string;
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'date';
  readonly autocomplete?: string;
  readonly required?: boolean;
  /** Digits or letters to be read one by one. */
  readonly code?: boolean;
  readonly lines?: number;
  readonly max?: number;
  /** An example; never what the field is for. */
  readonly placeholder?: string;
  readonly focus?: boolean;
  /** Of a number; `any` takes fractions. */
  readonly step?: 'any';
  /** For code and data. */
  readonly mono?: boolean;
  onText(value: string): void;
  onFocused?(): void;
}

export function Field({ label, hint, fault, value, name, type = 'text', onText, ...more }: FieldProps) {
  const id = useId();
  const [seen, setSeen] = useState(false);
  const described = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`].join(' ').trim();
  const common = {
    id,
    name,
    value,
    class: `input${more.code === true ? ' code' : ''}${more.mono === true ? ' mono' : ''}`,
    required: more.required ?? true,
    'aria-describedby': described === '' ? undefined : described,
    'aria-invalid': fault !== undefined,
    placeholder: more.placeholder,
    autocapitalize: 'off',
    spellcheck: false,
    ref: more.focus === true ? focusFirst : leaveFocus,
  } as const;
  const onInput = ({ currentTarget }: { currentTarget: { value: string } }) => onText(currentTarget.value);
  const input = (
    <input
      {...common}
      type={(type === 'password' && seen ? 'text' : type) as 'text'} // the types tie roles to each kind; none is given here
      autocomplete={more.autocomplete as InputHTMLAttributes['autocomplete']}
      inputMode={more.code === true ? 'numeric' : undefined}
      maxLength={more.max}
      step={more.step}
      onInput={onInput}
      onFocus={more.onFocused}
    />
  );
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {more.lines !== undefined ? (
        <textarea {...common} rows={more.lines} onInput={onInput} />
      ) : type === 'password' ? (
        <div class="with-button">
          {input}
          <Button label={seen ? 'Hide the password' : 'Show the password'} onPress={() => setSeen(!seen)}>
            {seen ? 'Hide' : 'Show'}
          </Button>
        </div>
      ) : (
        input
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

const leaveFocus = (): void => undefined;

/** `autofocus` works when a page loads, not when a part of it is drawn later. */
const focused = new WeakSet<Element>();
function focusFirst(input: HTMLInputElement | HTMLTextAreaElement | null): void {
  if (input === null || focused.has(input)) return;
  focused.add(input);
  input.focus();
}

interface SelectProps extends Around {
  readonly value: string;
  readonly name: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  /** The first option stands for nothing chosen, and that is not enough. */
  readonly required?: boolean;
  onChoice(value: string): void;
}

export function Select({ label, hint, value, name, options, required = false, onChoice }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        class="input"
        value={value}
        required={required}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={({ currentTarget }) => onChoice(currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoicesProps extends Around {
  readonly name: string;
  readonly chosen: ReadonlySet<string>;
  readonly options: readonly { readonly value: string; readonly text: string; readonly says: string }[];
  /** Several may be chosen. */
  readonly several?: boolean;
  onChoice(chosen: ReadonlySet<string>): void;
}

export function Choices({ label, hint, fault, name, chosen, options, several = false, onChoice }: ChoicesProps) {
  const toggle = (value: string, on: boolean) => {
    if (!several) return onChoice(new Set([value]));
    const next = new Set(chosen);
    if (on) next.add(value);
    else next.delete(value);
    onChoice(next);
  };
  return (
    <fieldset class="field">
      <legend class="field-name">{label}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      <div class="choices">
        {options.map(({ value, text, says }) => (
          <label key={value} class="choice">
            <input
              type={several ? 'checkbox' : 'radio'}
              name={name}
              value={value}
              checked={chosen.has(value)}
              onChange={({ currentTarget }) => toggle(value, currentTarget.checked)}
            />
            <span>
              {text}
              <span class="hint">{says}</span>
            </span>
          </label>
        ))}
      </div>
      {fault !== undefined && <p class="fault">{fault}</p>}
    </fieldset>
  );
}
