/**
 * The bench's end inside a measured process: tells the port, answers `'stats'`, and ends with the bench. Every target
 * (`baselines/`, `targets/`) is a process of its own, so that the load generator's CPU time is not counted as the server's.
 */
import type { Listening, Party, Usage } from './messages.ts';

/**
 * Call once, when the target accepts connections on 127.0.0.1.
 * @param parties who may call and be addressed; leave out if the target doesn't care.
 */
export function reportListening(port: number, parties: Party[] = []): void {
  process.on('message', (message) => {
    if (message === 'stats') send({ cpuMicros: cpuMicros(), rssBytes: process.memoryUsage.rss() });
  });
  process.on('disconnect', () => process.exit());
  send({ port, parties });
}

/** User and system time of this process so far, µs. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function send(message: Listening | Usage): void {
  if (process.send === undefined) throw new Error('a bench target is started by bench/run.ts, not by hand');
  process.send(message);
}
