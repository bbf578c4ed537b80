/** A button. While it works it stays where it is and can be focused; a second press does nothing. */
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'bare';
  readonly type?: 'button' | 'submit';
  readonly icon?: IconName;
  readonly size?: 'slim' | 'full';
  readonly busy?: boolean;
  /** Where the words alone don't say what it is about, as in a row of a table. */
  readonly label?: string;
  readonly expanded?: boolean;
  readonly controls?: string;
  onPress?(): void;
}

export function Button({ children, kind = 'plain', type = 'button', busy = false, ...more }: ButtonProps) {
  const press = (event: Event) => {
    if (busy) event.preventDefault();
    else more.onPress?.();
  };
  return (
    <button
      type={type}
      class={['button', kind, more.size ?? ''].join(' ').trim()}
      aria-disabled={busy}
      aria-label={more.label}
      aria-expanded={more.expanded}
      aria-controls={more.controls}
      onClick={press}
    >
      {busy ? <span class="spinner" /> : more.icon && <Icon name={more.icon} />}
      {children}
    </button>
  );
}
