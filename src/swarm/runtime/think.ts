/** What a model step sends: made from the frame's record by the process that sends it, in the order in which it was recorded. */
import type { Claimed } from '../../guard/permit.ts';
import type { Turn } from '../../guard/principal.ts';
import type { ThinkInput } from '../actions/think.ts';
import type { SwarmConfigs } from '../config/port.ts';
import type { ModelReply, ModelsOf } from '../models/port.ts';
import type { PumpStore } from '../ports.ts';
import { requestOf } from './llm-mind.ts';
import type { Scene } from './mind.ts';

export interface ThinkParts {
  readonly store: Pick<PumpStore, 'transcript' | 'scene'>;
  readonly configs: SwarmConfigs;
  readonly models: ModelsOf;
  /** A fresh random word of 16 to 64 letters and digits. */
  readonly marker: () => string;
  readonly tools: (scene: Pick<Scene, 'config' | 'agent' | 'frame'>) => Promise<Scene['tools']>;
}

export const createThink =
  ({ store, configs, models, tools, marker }: ThinkParts) =>
  async ({ org, input, turn }: Claimed<ThinkInput>, signal: AbortSignal): Promise<ModelReply> => {
    const { frame: id } = turn as Turn;
    const { frame, thread } = await store.scene(org, id);
    const config = await configs.at(org, frame.version);
    const agent = config?.agents.find(({ name }) => name === frame.name);
    const model = config?.models.find(({ alias }) => alias === input.model);
    if (config === null || agent === undefined || model === undefined)
      throw new TypeError('a step of a model that is not configured');
    const steps = await store.transcript(org, turn as Turn, 'start');
    const scene: Scene = {
      ...{ frame, thread, agent, config, agentId: frame.agent },
      steps: steps.filter(({ n }) => n < input.step),
      tools: await tools({ config, agent, frame }),
    };
    const router = await models.of(org, frame.version);
    return router.generate(input.model, { ...requestOf(scene, model.maxOutputTokens, marker()), signal });
  };
