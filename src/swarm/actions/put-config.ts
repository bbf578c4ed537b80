/**
 * Makes a configuration the live one. The change is judged section by section, so that somebody who was granted one section
 * changes that and nothing else. Where the live policy asks for a second person, a change of prompts waits for one.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import type { Way } from '../config/change.ts';
import { swarmConfigFacts } from '../config/facts.ts';
import { changeGuards, expectedVersionGuard } from '../config/guards.ts';
import { boundIds } from '../config/schema.ts';
import { expectedVersionField, noteField, type Parse, sourceField } from './config-view.ts';
import { makesLiveBySection } from './makes-live.ts';

interface Input {
  readonly source?: string | undefined;
  readonly note?: string | undefined;
}

/** From a text in the input; for `swarm.reload` it is put there by the server. */
export function fromText(parse: Parse, source: 'put' | 'file') {
  const bindable = need<Input>()(swarmConfigFacts.bindable, ({ input }) => {
    const parsed = input.source === undefined ? null : parse.text(input.source);
    return parsed?.ok === true ? boundIds(parsed.config) : null;
  });
  const needs = { bindable } as const;
  const way: Way<Input, typeof needs> = {
    source: () => source,
    secondPerson: 'prompts',
    needs,
    candidate: ({ input }, facts) =>
      input.source === undefined ? null : { parsed: parse.text(input.source), bindable: facts.bindable ?? [] },
  };
  return way;
}

export function putConfig(parse: Parse): AnyAction {
  const way = fromText(parse, 'put');
  return stateAction({
    ...makesLiveBySection(way),
    name: 'swarm.put_config',
    says: "Makes a configuration of the organisation's swarm the live one, as a new version; or has it wait for a second person.",
    input: z.object({ source: sourceField, expectedVersion: expectedVersionField, note: noteField }),
    guards: [expectedVersionGuard, ...changeGuards(way)],
    http: { method: 'PUT', path: '/swarm/config' },
  });
}
