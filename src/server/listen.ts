/** The server on a socket of Node's (`shield/node-listen.ts`): every answer has a request id, the application's or not. */
import type { Hono } from 'hono';
import type { Ids } from '../kernel/ids.ts';
import { type Listening, listenOnNode, type NodeListenParts } from '../shield/node-listen.ts';
import { type Env, REQUEST_ID } from './context.ts';

export interface ListenParts extends Pick<NodeListenParts, 'headers' | 'times' | 'tls' | 'upgrades' | 'onClosing'> {
  readonly app: Hono<Env>;
  readonly ids: Ids;
}

/** @throws the Node error (`EADDRINUSE`, `EACCES` …) when it can't listen. */
export const listen = ({ ids, ...parts }: ListenParts, host: string, port: number): Promise<Listening> =>
  listenOnNode({ ...parts, onRequest: (response) => response.setHeader(REQUEST_ID, ids.next('req')) }, host, port);
