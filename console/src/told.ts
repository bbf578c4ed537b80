/** What was just done, said at the edge of the page and to screen readers. */
import { signal } from '@preact/signals';

export const told = signal('');

const SHOWN_MS = 8_000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function tell(sentence: string): void {
  told.value = sentence;
  clearTimeout(timer);
  timer = setTimeout(() => {
    told.value = '';
  }, SHOWN_MS);
}
