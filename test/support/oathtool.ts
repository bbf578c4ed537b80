/** OATH Toolkit's `oathtool` (Debian), which makes one-time codes by other code than ours; not on every machine. */
import { spawnSync } from 'node:child_process';

export const hasOathtool = (): boolean => spawnSync('oathtool', ['--version']).status === 0;
