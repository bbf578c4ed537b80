/** What a set-up needs of the machine: Node, the port, the time, room on the disk. */
import { existsSync, statfsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { type Check, fail, fine, warn } from './check.ts';

const NODE = 26;

const MIB = 1024 * 1024;
/** About 1 kB an action: so much is a million of them. */
const ENOUGH_BYTES = 1024 * MIB;
const TOO_FEW_BYTES = 100 * MIB;

export const MACHINE_CHECKS: readonly Check[] = [
  {
    name: 'node',
    run: (_, { nodeVersion }) =>
      Number(nodeVersion.split('.')[0]) >= NODE
        ? fine(`Node ${nodeVersion}.`)
        : fail(`Node ${nodeVersion} is too old.`, `Run npm ci, then npm start: they bring Node ${NODE} and use it.`),
  },
  {
    name: 'port',
    async run({ host, port }, { answering }) {
      if (port === 0) return fine('PORT=0: the system chooses a free one.');
      const at = `port ${port} on ${host}`;
      const by = await answering();
      if (by.is === 'nobody') return fine(`Nobody uses ${at}.`);
      return by.is === 'sallyport'
        ? fine(`A Sallyport answers on ${at}.`)
        : fail(`Another program uses ${at}.`, 'Stop it, or set PORT to another port.');
    },
  },
  {
    name: 'clock',
    async run({ dataDir }, { clock, answering }) {
      const by = await answering();
      const ahead = by.is === 'sallyport' ? (by.aheadMs ?? 0) : 0;
      const set = 'Set the clock by NTP: signatures of webhooks and one-time codes depend on it.';
      if (Math.abs(ahead) > 5 * SECOND_MS)
        return fail(
          `The server's clock is ${Math.round(Math.abs(ahead) / SECOND_MS)} s ${ahead > 0 ? 'ahead of' : 'behind'} this one.`,
          set,
        );
      const files = ['sallyport.db', 'sallyport.db-wal', 'log.key'].map((name) => join(resolve(dataDir), name));
      const newest = Math.max(0, ...files.filter((file) => existsSync(file)).map((file) => statSync(file).mtimeMs));
      return newest > clock.now() + MINUTE_MS
        ? fail('The clock is behind the files that were written last.', set)
        : fine('The clock agrees with the files and with the server, where one answers.');
    },
  },
  {
    name: 'disk',
    run({ dataDir }) {
      const folder = resolve(dataDir);
      const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : '.');
      const free = bavail * bsize;
      const says = `${Math.floor(free / MIB)} MiB free for ${folder}.`;
      const todo = 'Make room: without it nothing can be recorded, and what is not recorded is not done.';
      return free < TOO_FEW_BYTES ? fail(says, todo) : free < ENOUGH_BYTES ? warn(says, todo) : fine(says);
    },
  },
];
