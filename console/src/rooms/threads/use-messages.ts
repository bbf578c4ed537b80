/** The messages of one thread: the newest at once, older ones page by page as somebody goes there, new ones as they come. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../../api/problem.ts';
import { get } from '../../api/session.ts';
import type { Told } from '../../api/socket.ts';
import type { Message } from '../../api/swarm-shapes.ts';
import { about } from '../../organization.ts';
import { isKind, useLive, useThrottled } from '../../swarm/use-live.ts';

interface Page {
  readonly messages: readonly Message[];
  readonly cursor: string | null;
}

const PAGE = 200;
const AGAIN_MS = 2_000;
const isMessage = isKind('message');

export interface Messages {
  /** The oldest first. */
  readonly all: readonly Message[];
  readonly loaded: boolean;
  readonly busy: boolean;
  /** There are older ones. */
  readonly more: boolean;
  readonly problem: Problem | null;
  older(): void;
}

/** @param onNew is told what came in while somebody looks. */
export function useMessages(threadId: string, onNew: (messages: readonly Message[]) => void): Messages {
  const [all, setAll] = useState<readonly Message[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const known = useRef(new Set<string>());
  const flight = useRef(false);

  /** What is not there yet, in its place: ids are ordered by time, and lists by ids. */
  const take = useCallback((messages: readonly Message[]) => {
    const fresh = messages.filter(({ messageId }) => !known.current.has(messageId)).toSorted(byId);
    for (const { messageId } of fresh) known.current.add(messageId);
    if (fresh.length > 0) setAll((before) => joined(before, fresh));
    return fresh;
  }, []);
  const page = (from: string | null) =>
    get<Page>(about(`/threads/${threadId}/messages`, { limit: PAGE, cursor: from }));

  /** From the newest back to one that is known: what came in since. */
  const newest = async () => {
    try {
      const found: Message[] = [];
      for (let from: string | null = null; ; ) {
        const next: Page = await page(from);
        found.push(...next.messages);
        const meets = next.messages.some(({ messageId }) => known.current.has(messageId));
        const isFirst = known.current.size === 0;
        if (isFirst) setCursor(next.cursor);
        if (isFirst || meets || next.cursor === null) break;
        from = next.cursor;
      }
      const wasEmpty = known.current.size === 0;
      const fresh = take(found);
      if (!wasEmpty && fresh.length > 0) onNew(fresh);
      setCursor((before) => before ?? null);
      setProblem(null);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  useEffect(() => void newest(), [threadId]);
  const again = useThrottled(() => void newest(), AGAIN_MS);

  useLive({
    told(frames) {
      const told = frames.filter((frame) => isMessage(frame) && frame.threadId === threadId);
      const whole = told.flatMap(messageOf);
      // what came without its text, or before the first page is there, is fetched
      if (whole.length < told.length || cursor === undefined) again();
      if (cursor === undefined) return;
      const fresh = take(whole);
      if (fresh.length > 0) onNew(fresh);
    },
    look: again,
  });

  const older = useCallback(() => {
    if (flight.current || typeof cursor !== 'string') return;
    flight.current = true;
    setBusy(true);
    page(cursor)
      .then(
        (next) => {
          take(next.messages);
          setCursor(next.cursor);
          setProblem(null);
        },
        (thrown: unknown) => setProblem(asProblem(thrown)),
      )
      .finally(() => {
        flight.current = false;
        setBusy(false);
      });
  }, [cursor, threadId]);

  return {
    ...{ all, busy, problem, older },
    loaded: cursor !== undefined,
    more: typeof cursor === 'string',
  };
}

function messageOf(frame: Told): Message[] {
  return 'payload' in frame && 'trust' in frame ? [frame as unknown as Message] : [];
}

const byId = (a: Message, b: Message): number => (a.messageId < b.messageId ? -1 : 1);

/** Both are in order; mostly all of one comes before all of the other. */
function joined(before: readonly Message[], fresh: readonly Message[]): readonly Message[] {
  const [first, last] = [fresh[0]!, fresh.at(-1)!];
  if (before.length === 0 || byId(before.at(-1)!, first) < 0) return [...before, ...fresh];
  if (byId(last, before[0]!) < 0) return [...fresh, ...before];
  return [...before, ...fresh].toSorted(byId);
}
