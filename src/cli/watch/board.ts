/** What somebody at a terminal sees of a swarm, from the frames of its stream. Pure: a board and a frame in, a board out. */
import type { Paint } from '../../main/paint.ts';

// biome-ignore lint/suspicious/noExplicitAny: frames come from another program; each is looked at by its fields
export type Frame = Readonly<Record<string, any>>;

interface Agent {
  readonly agent: string;
  readonly agentId: string;
  readonly state: string;
  readonly queue: number;
  readonly working: number;
}

export interface Board {
  readonly name: string;
  readonly connection: string;
  readonly agents: readonly Agent[];
  readonly threads: ReadonlyMap<string, string>;
  /** The last lines of what was said and of what needs somebody. */
  readonly said: readonly string[];
  readonly urgent: readonly string[];
  readonly selected: number;
  /** What is asked of the reader, or was answered. */
  readonly prompt: string;
}

export const EMPTY: Board = {
  ...{ name: '', connection: 'connecting', agents: [], threads: new Map(), said: [], urgent: [] },
  ...{ selected: 0, prompt: '' },
};

const MAX_LINES = 200;
const MAX_THREADS = 500;

/** One line of text for a terminal: what a message says must not move the cursor or change colours. */
export const plain = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value ?? null)).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

const short = (id: unknown): string => plain(id ?? '').slice(-6);

/** A frame in one line; null for one that says nothing by itself. */
export function lineOf(frame: Frame): string | null {
  const thread = frame['threadId'] === undefined ? '' : ` [${short(frame['threadId'])}]`;
  switch (frame['type']) {
    case 'connected':
      return `connected to ${plain(frame['snapshot']?.swarm?.name ?? 'the swarm')}`;
    case 'agent_state':
      return `${plain(frame['agent'])} is ${plain(frame['state'])}, ${plain(frame['queue'])} waiting`;
    case 'message':
      return `${plain(frame['from'])} → ${plain(frame['to'])}${thread}: ${plain(frame['payload'])}`;
    case 'thread_created':
      return `thread${thread} began`;
    case 'thread_updated':
      return `thread${thread} is ${plain(frame['status'])}${frame['because'] ? ` (${plain(frame['because'])})` : ''}`;
    case 'approval':
      return `approval${thread}: ${plain(frame['action'])} is ${plain(frame['state'])} (${plain(frame['actionId'])})`;
    case 'alert':
      return `alert: ${plain(frame['kind'])} ${plain(frame['severity'])} (${plain(frame['alertId'])})`;
    case 'error':
      return `error${thread}: ${plain(frame['code'])}`;
    case 'gap':
      return 'gap: some events are missing here; sallyport thread messages has what was said';
    case 'refused':
      return `refused: ${plain(frame['say'])}`;
    default:
      return null;
  }
}

const URGENT = new Set(['approval', 'alert', 'error', 'gap', 'refused']);

export function applied(board: Board, frame: Frame): Board {
  const line = lineOf(frame);
  const { type } = frame;
  const next: Board = {
    ...board,
    ...(line !== null && type === 'message' ? { said: [...board.said, line].slice(-MAX_LINES) } : {}),
    ...(line !== null && URGENT.has(type) ? { urgent: [...board.urgent, line].slice(-MAX_LINES) } : {}),
  };
  if (type === 'connected') {
    const { swarm, agents, threads } = frame['snapshot'] ?? {};
    return {
      ...next,
      name: plain(swarm?.name ?? ''),
      connection: 'connected',
      agents: (agents ?? []).map(({ name, ...agent }: Frame) => ({ agent: plain(name), ...agent })),
      threads: new Map(
        (threads ?? []).toReversed().map(({ threadId, status }: Frame) => [plain(threadId), plain(status)]),
      ),
    };
  }
  if (type === 'agent_state')
    return {
      ...next,
      agents: next.agents.map((one) => (one.agent === frame['agent'] ? { ...one, ...frame } : one)) as Agent[],
    };
  if (type !== 'thread_created' && type !== 'thread_updated') return next;
  const threads = new Map(next.threads);
  threads.delete(frame['threadId']);
  threads.set(plain(frame['threadId']), plain(frame['status']));
  return { ...next, threads: new Map([...threads].slice(-MAX_THREADS)) };
}

const COLOURS = { error: 'red', paused: 'yellow', processing: 'green', waiting: 'green', idle: 'dim' } as const;

/** The whole screen, as many lines as it has. */
export function screen(board: Board, columns: number, rows: number, paint: Paint): readonly string[] {
  const cut = (text: string) => (text.length > columns ? `${text.slice(0, columns - 1)}…` : text);
  const body = Math.max(4, rows - 6);
  const agentRows = Math.min(board.agents.length, Math.max(2, Math.floor(body / 3)));
  const from = Math.max(0, Math.min(board.selected - agentRows + 1, board.agents.length - agentRows));
  const agents = board.agents.slice(from, from + agentRows).map(({ agent, state, queue, working }, i) => {
    const mark = from + i === board.selected ? '›' : ' ';
    const text = cut(`${mark} ${agent.padEnd(24)} ${state.padEnd(10)} ${working} at work, ${queue} waiting`);
    return paint(COLOURS[state as keyof typeof COLOURS] ?? 'dim', text);
  });
  const counts = Map.groupBy(board.threads.values(), (status) => status);
  const threads = [...counts].map(([status, all]) => `${all.length} ${status}`).join(', ') || 'none yet';
  const urgentRows = Math.min(board.urgent.length, Math.max(2, Math.floor(body / 4)));
  const left = body - agents.length - urgentRows;
  return [
    paint('bold', cut(`${board.name || 'swarm'} · ${board.connection} · threads: ${threads}`)),
    ...agents,
    '',
    ...board.said.slice(-Math.max(1, left)).map(cut),
    '',
    ...board.urgent.slice(-urgentRows).map((line) => paint('yellow', cut(line))),
    paint('dim', cut(board.prompt || '↑↓ choose · p pause · r resume · k kill · i say something · q leave')),
  ].slice(0, Math.max(6, rows - 1));
}
