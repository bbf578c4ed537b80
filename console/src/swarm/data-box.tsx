/** Data or text that somebody else wrote, in a box that the keyboard can scroll. */
import { Revealed } from './revealed.tsx';

interface DataBoxProps {
  readonly label: string;
  readonly kind: 'exact' | 'source';
  readonly text: string;
}

export const DataBox = ({ label, kind, text }: DataBoxProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what may scroll must be reachable by keyboard
  <section class={`data ${kind}`} aria-label={label} tabIndex={0}>
    <pre>
      <Revealed text={text} />
    </pre>
  </section>
);
