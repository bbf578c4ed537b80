/** For adapters that are to reach this machine alone. */
import type { ReachOf } from '../../../src/providers/http/stream-wire.ts';
import { createSafeFetch } from '../../../src/shield/safe-fetch.ts';

export const loopback: ReachOf = (_, limits) =>
  createSafeFetch({ ...limits, dangerouslyAllowNetworks: ['127.0.0.0/8'], dangerouslyAllowHttp: true });
