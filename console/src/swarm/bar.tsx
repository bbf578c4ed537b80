/** A part of a whole, drawn; the number stands beside it as text. */
interface BarProps {
  /** From 0 to 1. */
  readonly part: number;
  /** Of it, what is only reserved. */
  readonly reserved?: number;
  readonly tone?: '' | 'warn' | 'bad';
}

const within = (part: number): number => Math.max(0, Math.min(1, part)) * 100;

export const Bar = ({ part, reserved = 0, tone = '' }: BarProps) => (
  <svg
    class={`share ${tone}`.trim()}
    viewBox="0 0 100 8"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >
    <rect class="whole" width="100" height="8" />
    <rect class="part" width={within(part)} height="8" />
    {reserved > 0 && <rect class="reserved" x={within(part - reserved)} width={within(reserved)} height="8" />}
  </svg>
);
