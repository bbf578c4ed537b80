/** What waits for a person's decision, with exactly what would be done. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { everyPage } from '../../api/pages.ts';
import { get } from '../../api/session.ts';
import type { Person } from '../../api/shapes.ts';
import type { Agent, Held } from '../../api/swarm-shapes.ts';
import { Room } from '../../frame/room.tsx';
import { about, organizationId } from '../../organization.ts';
import { LiveLine } from '../../swarm/live-line.tsx';
import { isKind, useLive, useThrottled } from '../../swarm/use-live.ts';
import { counted, number } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { OrganizationPicker } from '../../ui/organization-picker.tsx';
import { useLoad } from '../../use-load.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import { DenyDialog } from './deny-dialog.tsx';
import { HeldCard } from './held-card.tsx';

const AGAIN_MS = 1_000;
/** Drawn at once; more when asked for. */
const PAGE = 20;
const CHANGES = isKind('approval');

export function ApprovalsRoom({ person }: { readonly person: Person }) {
  const key = organizationId() ?? '';
  const held = useLoad(async () => (await get<{ held: readonly Held[] }>(about('/approvals'))).held, key);
  const agents = useLoad(() => everyPage<Agent>('/agents', 'agents').catch(() => []), key);
  const [asked, setAsked] = useState<{ readonly is: 'approve' | 'deny'; readonly held: Held } | null>(null);
  const [shown, setShown] = useState(PAGE);
  const [gone, setGone] = useState<readonly Held[]>([]);
  /** What was on the page before, and what this person decided of it. */
  const before = useRef<readonly Held[]>([]);
  const decided = useRef(new Set<string>());
  const reload = useThrottled(() => void held.reload(), AGAIN_MS);
  useLive({
    told: (frames) => {
      if (frames.some(CHANGES)) reload();
    },
    look: reload,
  });
  const now = held.is === 'ready' ? held.value : null;
  useEffect(() => {
    before.current = [];
    setGone([]);
  }, [key]);
  useEffect(() => {
    if (now === null) return;
    const ids = new Set(now.map(({ actionId }) => actionId));
    const left = before.current.filter(({ actionId }) => !ids.has(actionId) && !decided.current.has(actionId));
    if (left.length > 0) setGone((all) => [...all, ...left]);
    before.current = now;
  }, [now]);
  const waiting = (now ?? []).toSorted((a, b) => (a.until < b.until ? -1 : 1));
  const names = new Map(agents.is === 'ready' ? agents.value.map(({ agentId, name }) => [agentId, name]) : []);
  const done = async (actionId: string) => {
    decided.current.add(actionId);
    await held.reload();
  };
  const isThere = (one: Held) => now?.some(({ actionId }) => actionId === one.actionId) ?? true;
  return (
    <Room
      title="Approvals"
      lead="What waits for a person. What you see is exactly what will be done, and nothing else."
    >
      <OrganizationPicker person={person} />
      <div class="row apart">
        <p role="status">
          {now === null
            ? held.is === 'loading' && 'Loading …'
            : `${counted(now.length, 'action')} ${now.length === 1 ? 'waits' : 'wait'}.`}
        </p>
        <LiveLine />
      </div>
      {held.is === 'failed' && <ProblemNotice problem={held.problem} />}
      {gone.map((one) => (
        <Notice key={one.actionId} kind="info">
          <p>
            {one.name} <span class="mono small id">{one.actionId}</span> does not wait any more: somebody else decided,
            it was withdrawn, or its time ran out.
          </p>
          <Button size="slim" onPress={() => setGone(gone.filter(({ actionId }) => actionId !== one.actionId))}>
            Close
          </Button>
        </Notice>
      ))}
      {now !== null && now.length === 0 && (
        <div class="table-box empty">
          <p>Nothing waits for a decision.</p>
        </div>
      )}
      {waiting.slice(0, shown).map((one) => (
        <HeldCard
          key={one.actionId}
          held={one}
          agent={one.agentId === null ? null : (names.get(one.agentId) ?? null)}
          person={person}
          onApprove={() => setAsked({ is: 'approve', held: one })}
          onDeny={() => setAsked({ is: 'deny', held: one })}
        />
      ))}
      {waiting.length > shown && (
        <div>
          <Button onPress={() => setShown(shown + PAGE)}>
            Show {number(Math.min(PAGE, waiting.length - shown))} more
          </Button>
        </div>
      )}
      {asked?.is === 'approve' && (
        <ApproveDialog held={asked.held} isThere={isThere(asked.held)} onDone={done} onClose={() => setAsked(null)} />
      )}
      {asked?.is === 'deny' && <DenyDialog held={asked.held} onDone={done} onClose={() => setAsked(null)} />}
    </Room>
  );
}
