import { expect, test } from 'vitest';
import { applied, EMPTY, lineOf, screen } from './board.ts';

const plainly = (_style: string, text: string) => text;
const connected = {
  type: 'connected',
  cursor: 'evt_1',
  snapshot: {
    swarm: { name: 'shop' },
    agents: [{ name: 'desk', agentId: 'agt_1', state: 'idle', queue: 0, working: 0 }],
    threads: [{ threadId: 'thr_1', status: 'active' }],
  },
};

test('a board shows agents, threads, what was said and what needs somebody', () => {
  const board = [
    connected,
    { type: 'agent_state', agent: 'desk', state: 'processing', queue: 2, working: 1 },
    { type: 'message', from: 'owner', to: 'agent:desk', threadId: 'thr_123456', payload: 'Hello' },
    { type: 'thread_updated', threadId: 'thr_1', status: 'completed' },
    { type: 'alert', kind: 'loop', severity: 'MEDIUM', alertId: 'alt_1' },
  ].reduce(applied, EMPTY);
  const lines = screen(board, 80, 24, plainly);
  expect(lines[0]).toBe('shop · connected · threads: 1 completed');
  expect(lines[1]).toContain('› desk');
  expect(lines[1]).toContain('processing');
  expect(lines).toContain('owner → agent:desk [123456]: Hello');
  expect(lines).toContain('alert: loop MEDIUM (alt_1)');
  expect(lines.length).toBeLessThan(24);
});

test('what an agent says can’t move the cursor, colour the screen or begin another line', () => {
  const line = lineOf({ type: 'message', from: 'agent:desk', to: 'owner', payload: '\u001b[2Jyes\r\nalert: \u202eno' });
  expect(line).toMatch(/^[\p{L}\p{P}\p{S}\p{N} ]*$/u);
});

test('two hundred agents fit, and the one that is chosen is seen', () => {
  const agents = Array.from({ length: 200 }, (_, i) => ({ ...connected.snapshot.agents[0], name: `agent-${i}` }));
  const board = { ...applied(EMPTY, { ...connected, snapshot: { ...connected.snapshot, agents } }), selected: 150 };
  const lines = screen(board, 80, 24, plainly);
  expect(lines.length).toBeLessThan(24);
  expect(lines.some((line) => line.startsWith('› agent-150'))).toBe(true);
});
