/** The adapters by the name of their form in the configuration, for one organisation. Their libraries are loaded when a model is asked first. */
import type { Clock } from '../../kernel/clock.ts';
import { systemTimer, type Timer } from '../../kernel/timer.ts';
import type { ModelConfig } from '../../swarm/config/schema.ts';
import type { ModelClient } from '../../swarm/models/client.ts';
import type { ReachOf } from '../http/stream-wire.ts';
import { createAnthropicClient } from './anthropic.ts';
import { createOpenAiCompatibleClient } from './openai-compatible.ts';
import { createScriptedClient, type Script } from './scripted.ts';

export interface ModelClientsParts {
  readonly clock: Clock;
  readonly reach: ReachOf;
  readonly scripts?: Readonly<Record<string, Script>>;
  readonly timer?: Timer;
}

export function createModelClients({
  clock,
  reach,
  scripts = {},
  timer = systemTimer,
}: ModelClientsParts): Readonly<Record<ModelConfig['provider'], ModelClient>> {
  return {
    'openai-compatible': createOpenAiCompatibleClient({ clock, timer, reach }),
    anthropic: createAnthropicClient({ clock, timer, reach }),
    scripted: createScriptedClient({ scripts, timer }),
  };
}
