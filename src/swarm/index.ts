/** `sallyport/swarm`: what authors of swarms in TypeScript import. */

export {
  type AgentDefinition,
  defineAgent,
  defineSwarm,
  type Handler,
  type HandlerContext,
  type SwarmDefinition,
} from './define.ts';
export { createWorker, type WorkerParts } from './worker/create-worker.ts';
export type { WorkerAnswer, WorkerRequest, WorkerStep } from './worker/protocol.ts';
