/** How long it is until then, by the server's clock. Not read out as it runs: the moment itself stands beside it. */
import { useEffect, useState } from 'preact/hooks';
import { serverNow } from '../../api/http.ts';
import { span } from '../../swarm/words.ts';

const TICK_MS = 1_000;
const SOON_MS = 60_000;

export function Countdown({ until }: { readonly until: string }) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const left = Date.parse(until) - now;
  const text = left <= 0 ? 'Its time is over' : `${span(left)} left`;
  return <span class={`tag ${left <= 0 ? 'bad' : left < SOON_MS ? 'warn' : ''}`.trim()}>{text}</span>;
}
