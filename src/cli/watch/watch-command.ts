/**
 * `sallyport watch`: a swarm as it works. On a terminal a board with its agents, and keys to pause, resume, kill and say something,
 * each asked again before it is done; elsewhere a line for each event.
 */
import type { Command } from 'commander';
import { columnsOf, paintFor } from '../../main/paint.ts';
import { stopSignals } from '../../main/stop-signal.ts';
import { CommandFailure } from '../command-failure.ts';
import { ask, type ConnectionOptions, connect, credentials, withConnection } from '../connection.ts';
import { type Shell, say } from '../shell.ts';
import { applied, type Board, EMPTY, lineOf, plain, screen } from './board.ts';

interface Options extends ConnectionOptions {
  readonly lines?: boolean;
}

const DRAW_MS = 100;
const CLEAR = '\u001b[H\u001b[2J';
const DEFAULT_ROWS = 24;

export function watchCommand(command: Command, shell: Shell): void {
  withConnection(command)
    .description(
      'Shows what the swarm does, as it happens; on a terminal with keys to pause, resume, kill and say something.',
    )
    .option('--lines', 'a line for each event, also on a terminal')
    .action(async (options: Options) => {
      const leaving = new AbortController();
      using signals = stopSignals(shell.signals, shell.clock, shell.endAtOnce);
      void signals.first.then(() => leaving.abort());
      const onBoard = options.lines !== true && shell.out.isTTY === true;
      const why = onBoard ? await board(shell, options, leaving) : await lines(shell, options, leaving.signal);
      if (why !== 'left') throw new CommandFailure(1, [`The stream has ended: ${why}.`]);
    });
}

async function lines(shell: Shell, options: Options, signal: AbortSignal): Promise<string> {
  const { follow } = await import('./stream.ts');
  return follow({
    ...credentials(options),
    signal,
    onState: (state) => say(shell.err, state),
    onFrame(frame) {
      const line = lineOf(frame);
      if (line !== null) say(shell.out, line);
    },
  });
}

async function board(shell: Shell, options: Options, leaving: AbortController): Promise<string> {
  const { follow } = await import('./stream.ts');
  using client = connect(options);
  let now: Board = EMPTY;
  const set = (more: Partial<Board>): void => {
    now = { ...now, ...more };
  };
  const { rows = DEFAULT_ROWS } = shell.out as { readonly rows?: number };
  const draw = () =>
    shell.out.write(`${CLEAR}${screen(now, columnsOf(shell.out), rows, paintFor(shell.out)).join('\n')}`);
  const timer = setInterval(draw, DRAW_MS);
  const stdin = shell.stdin as Shell['stdin'] & { setRawMode?(on: boolean): unknown; unref?(): unknown };
  stdin.setRawMode?.(true);
  const keys = readKeys();
  keys.catch(() => undefined);
  try {
    return await follow({
      ...credentials(options),
      signal: leaving.signal,
      onState: (connection) => set({ connection }),
      onFrame: (frame) => set(applied(now, frame)),
    });
  } finally {
    clearInterval(timer);
    stdin.setRawMode?.(false);
    stdin.unref?.();
    draw();
    shell.out.write('\n');
  }

  async function readKeys(): Promise<void> {
    let typed: string | null = null;
    let pending: (() => Promise<void>) | null = null;
    for await (const bytes of shell.stdin) {
      const key = Buffer.from(bytes).toString('utf8');
      if (key === '\u0003') return leaving.abort();
      if (typed !== null) {
        typed = typing(typed, key);
        continue;
      }
      if (pending !== null) {
        const act = pending;
        pending = null;
        if (key === 'y') await act();
        else set({ prompt: 'Nothing was done.' });
        continue;
      }
      const chosen = now.agents[now.selected];
      if (key === 'q') return leaving.abort();
      if (key === '\u001b[A') set({ selected: Math.max(0, now.selected - 1) });
      if (key === '\u001b[B') set({ selected: Math.min(now.agents.length - 1, now.selected + 1) });
      if (chosen === undefined) continue;
      const { agent: name, agentId } = chosen;
      if (key === 'i') {
        typed = '';
        set({ prompt: `To ${name}: ` });
      }
      if (key === 'p') pending = confirm(`Pause ${name}?`, 'comms/pause-agent', { agentId });
      if (key === 'r') pending = confirm(`Resume ${name}?`, 'comms/resume-agent', { agentId });
      if (key === 'k') pending = confirm(`Kill all that ${name} does?`, 'swarm/kill-agent', { name });
    }
  }

  function typing(text: string, key: string): string | null {
    if (key === '\u001b') {
      set({ prompt: 'Nothing was said.' });
      return null;
    }
    if (key === '\r' || key === '\n') {
      const to = now.agents[now.selected]?.agent;
      if (to !== undefined && text !== '') void done('swarm/inject', { to, payload: text });
      return null;
    }
    const next = key === '\u007f' ? text.slice(0, -1) : text + plain(key);
    set({ prompt: `To ${now.agents[now.selected]?.agent ?? ''}: ${next}` });
    return next;
  }

  function confirm(question: string, path: string, input: object): () => Promise<void> {
    set({ prompt: `${question} Press y to do it, any other key to leave it.` });
    return () => done(path, input);
  }

  async function done(path: string, input: object): Promise<void> {
    set({ prompt: '…' });
    try {
      await ask(client, `/api/v1/${path}`, input);
      set({ prompt: 'Done.' });
    } catch (failure) {
      set({ prompt: failure instanceof CommandFailure ? plain(failure.lines.join(' ')) : 'It could not be asked.' });
    }
  }
}
