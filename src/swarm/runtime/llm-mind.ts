/** What a model is sent: the agent's prompt, what it may do, and what its frame knows. Made anew for each step from the record. */
import type { ModelMessage, ModelRequest } from '../models/port.ts';
import { assemble, type PromptItem } from '../rules/prompt.ts';
import { peerTool } from '../rules/tool-name.ts';
import type { Step } from '../thread.ts';
import type { Scene } from './mind.ts';

function modelMessages({ agent, config, steps }: Scene, marker: string): readonly ModelMessage[] {
  const peers = config.agents.filter(({ name }) => agent.peers.includes(name));
  return assemble({
    agent: { name: agent.name, prompt: agent.prompt ?? '' },
    peers: peers.map(({ name, description, input }) => ({ name, description, input })),
    facts: [],
    items: steps.flatMap(itemsOf),
    marker,
  });
}

/** What no agent of a configuration may recite: what any of them was told may come to it by who calls it or answers it. */
export const promptsOf = ({ agents }: Scene['config']): readonly string[] =>
  agents.flatMap(({ prompt }) => prompt ?? []);

/** @param marker random for this request: see `rules/prompt.ts`. */
export const requestOf = (
  scene: Scene,
  maxOutputTokens: number,
  marker: string,
): Pick<ModelRequest, 'messages' | 'tools' | 'maxOutputTokens'> => ({
  messages: modelMessages(scene, marker),
  tools: scene.tools.map(({ name, description, schema }) => ({ name, description, schema })),
  maxOutputTokens,
});

function itemsOf(step: Step): readonly PromptItem[] {
  switch (step.kind) {
    case 'input': {
      const { payload, label, from } = step.message;
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      return [{ is: 'said', label, from: from.is === 'agent' ? from.name : from.is, text }];
    }
    case 'think':
      return step.thought === null ? [] : [{ is: 'step', ...step.thought }];
    case 'call': {
      if (step.result === null) return [];
      const { label, call, name: from, child, result } = step;
      return [{ is: 'result', label, from, call, name: child === null ? from : peerTool(from), ...result }];
    }
    case 'answer':
      return [];
  }
}
