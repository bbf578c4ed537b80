/** A room that follows what happens: told of events, and told to look again where some may have been missed. */
import { useEffect, useRef } from 'preact/hooks';
import { type Listener, listen, listenAnew, type Told } from '../api/socket.ts';
import { organizationId } from '../organization.ts';

let listenedTo: string | null = null;

export function useLive(given: Listener): void {
  const latest = useRef(given);
  latest.current = given;
  const about = organizationId();
  useEffect(() => {
    const end = listen({ told: (frames) => latest.current.told(frames), look: () => latest.current.look() });
    if (listenedTo !== null && listenedTo !== (about ?? '')) listenAnew();
    listenedTo = about ?? '';
    return end;
  }, [about]);
}

/** `work`, at most once in `everyMs`; what is asked for in between is done once at its end. */
export function useThrottled(work: () => void, everyMs: number): () => void {
  const latest = useRef(work);
  latest.current = work;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(Number.NEGATIVE_INFINITY);
  const ask = useRef(() => {
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        last.current = performance.now();
        latest.current();
      },
      Math.max(0, last.current + everyMs - performance.now()),
    );
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return ask.current;
}

export const isKind =
  (...types: readonly string[]) =>
  ({ type }: Told): boolean =>
    types.includes(type);
