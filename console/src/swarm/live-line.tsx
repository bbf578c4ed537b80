/** Whether what is on the page is told as it happens. */
import { liveness } from '../api/socket.ts';

const SAYS = {
  off: 'Connecting …',
  connecting: 'Connecting …',
  live: 'Live',
  polling: 'Not live: this page looks again every few seconds',
} as const;

export const LiveLine = () => (
  <p class={`live-line ${liveness.value}`} role="status">
    {SAYS[liveness.value]}
  </p>
);
