/** An agent whose mind is elsewhere: what its worker is sent of a frame at work, and what came back as a thought. */
import type { OrgId } from '../../kernel/ids.ts';
import type { AgentConfig } from '../config/schema.ts';
import type { Step } from '../thread.ts';
import { WORKER_VERSION, type WorkerAnswer, type WorkerRequest, type WorkerStep } from '../worker/protocol.ts';
import type { Scene, Thought } from './mind.ts';

export type WorkerConfig = NonNullable<AgentConfig['worker']>;

export interface Workers {
  /**
   * One signed request, one signed answer.
   * @param id of this try; a worker takes each once. @throws ModelFailure
   */
  ask(call: {
    readonly org: OrgId;
    readonly worker: WorkerConfig;
    readonly id: string;
    readonly request: WorkerRequest;
    readonly signal: AbortSignal;
  }): Promise<WorkerAnswer>;
}

/** @param step the number of the step that it is to think. @throws ModelFailure */
export async function askWorker(workers: Workers, scene: Scene, step: number, signal: AbortSignal): Promise<Thought> {
  const { frame, agent } = scene;
  if (agent.worker === undefined) throw new TypeError('a remote agent without a worker');
  const id = `${frame.id}:${step}:${frame.attempt}`;
  const request = workerRequest(scene, step);
  const answer = await workers.ask({ org: frame.org, worker: agent.worker, id, request, signal });
  if ('calls' in answer) return { text: answer.text ?? '', calls: answer.calls };
  return { text: typeof answer.reply === 'string' ? answer.reply : JSON.stringify(answer.reply), calls: [] };
}

function workerRequest({ frame, agent, steps, tools }: Scene, step: number): WorkerRequest {
  const input = steps.findLast((one) => one.kind === 'input');
  return {
    version: WORKER_VERSION,
    thread: frame.thread,
    frame: frame.id,
    step,
    agent: { name: agent.name, description: agent.description },
    input: input?.message.payload ?? null,
    transcript: steps.flatMap(workerStep),
    tools: tools.map(({ name, description, schema }) => ({ name, description, schema })),
  };
}

function workerStep(step: Step): readonly WorkerStep[] {
  const trusted = step.label.integrity === 'trusted';
  switch (step.kind) {
    case 'input':
      return [{ kind: 'input', payload: step.message.payload, trusted }];
    case 'think':
      return step.thought === null ? [] : [{ kind: 'thought', ...step.thought }];
    case 'call':
      return step.result === null
        ? []
        : [{ kind: 'result', call: step.call, name: step.name, ...step.result, trusted }];
    case 'answer':
      return [];
  }
}
