/** Nothing of one caller is ever seen by the next, however their requests cross. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentBase } from '../../src/voice/agent-base.ts';
import { onLine, scriptOf } from './fixture.ts';

const pass = () => new Promise((resolve) => setImmediate(resolve));
const tool = { description: 'Looks something up', handler: () => 'found' };

/** Everything that can be configured, marked with the caller; by the agent handed in, or by the one that was captured. */
function configureAll(agent: AgentBase, mark: string): void {
  agent
    .promptAddSection(`Section ${mark}`, { body: `Body ${mark}`, bullets: [`Bullet ${mark}`] })
    .promptAddToSection('Role', { bullet: `More ${mark}` })
    .promptAddSubsection('Role', `Sub ${mark}`, { body: mark })
    .setPostPrompt(`Post ${mark}`)
    .addHint(`hint ${mark}`)
    .addPatternHint({ hint: mark, pattern: mark, replace: mark })
    .addLanguage({ name: 'English', code: 'en-US', voice: `voice ${mark}` })
    .addPronunciation({ replace: mark, with: mark })
    .setParam('ai_name', mark)
    .setGlobalData({ caller: mark, [mark]: true })
    .addFunctionInclude(`https://${mark}.example`, [`f_${mark}`])
    .addInternalFiller('hangup', 'en-US', [mark])
    .addPreAnswerVerb('set', { caller: mark })
    .addPostAnswerVerb('set', { caller: mark })
    .addPostAiVerb('set', { caller: mark })
    .addAnswerVerb({ username: mark })
    .addSwaigQueryParams({ caller: mark })
    .setPromptLlmParams({ top_p: 0.5 })
    .defineTool({ name: `own_${mark}`, ...tool })
    .bindArguments('pay', { account: mark });
  agent.defineContexts().addContext('default').addStep('start').setText(`Step ${mark}`);
}

function agentOf(configure: (agent: AgentBase, mark: string) => void | Promise<void>): AgentBase {
  const agent: AgentBase = new AgentBase({ name: 'shared', basicAuth: ['u', 'p'] });
  agent.promptAddSection('Role', { body: 'You help.' }).setGlobalData({ shop: 'open' });
  agent.defineTool({
    name: 'pay',
    description: 'Pays',
    parameters: { account: { type: 'string' }, amount: { type: 'number' } },
    handler: ({ account }) => `paid from ${account}`,
  });
  agent.setDynamicConfigCallback(async (_query, body, _headers, own) => {
    await pass();
    await configure(own, String(body['mark'] ?? 'none'));
    await pass();
  });
  return agent;
}

const marks = fc.uniqueArray(fc.stringMatching(/^[a-z]{6}[0-9]{4}$/), { minLength: 2, maxLength: 12 });

describe('what is configured for a call', () => {
  it.for([
    [
      'by the agent that the callback is handed',
      (_agent: AgentBase) => (own: AgentBase, mark: string) => configureAll(own, mark),
    ],
    [
      'by an agent that it had captured',
      (agent: AgentBase) => (_own: AgentBase, mark: string) => configureAll(agent, mark),
    ],
  ] as const)('%s is in that call’s script alone, whatever runs beside it', async ([, how]) => {
    let captured: AgentBase;
    const agent = agentOf((own, mark) => how(captured)(own, mark));
    captured = agent;
    const line = await onLine(agent);
    const before = agent.renderSwml('call-0').replace(/__token=[\w-]+/g, '');
    await fc.assert(
      fc.asyncProperty(marks, async (all) => {
        const scripts = await Promise.all(all.map((mark) => line.post('/', { call: { call_id: mark }, mark })));
        scripts.forEach(({ text, status }, i) => {
          expect(status).toBe(200);
          for (const mark of all) expect(text.includes(mark)).toBe(mark === all[i]);
        });
      }),
      { numRuns: 12 },
    );
    expect(agent.renderSwml('call-0').replace(/__token=[\w-]+/g, '')).toBe(before);
    expect(agent.listToolNames()).toEqual(['pay']);
  });

  it('is there for its functions and its summary too, and gone after them', async () => {
    const summaries: unknown[] = [];
    class Remembering extends AgentBase {
      override onSummary(summary: unknown): undefined {
        summaries.push([summary, this.listToolNames()]);
      }
    }
    const agent = new Remembering({ name: 'remembering' });
    agent.setDynamicConfigCallback((query, _body, _headers, own) => {
      const { guest = 'nobody' } = query;
      own
        .addSwaigQueryParams({ guest })
        .defineTool({ name: `greet_${guest}`, description: 'Greets', handler: () => guest });
    });
    const line = await onLine(agent);
    const { json } = await line.get('/?guest=anna&call_id=c1');
    const script = scriptOf('c1', json);
    expect((await line.call(script, 'greet_anna', {})).json).toEqual({ response: 'anna' });
    await line.post('/post_prompt?guest=anna', { call_id: 'c1', post_prompt_data: { parsed: [{ ok: 1 }] } });
    expect(summaries).toEqual([[{ ok: 1 }, ['greet_anna']]]);
    expect((await line.post('/swaig?guest=ben', { function: 'greet_anna', call_id: 'c1' })).status).toBe(404);
    expect(agent.listToolNames()).toEqual([]);
  });

  it('by a handler is gone with its request', async () => {
    const agent = new AgentBase({ name: 'handlers' });
    agent.defineTool({
      name: 'remember',
      description: 'Remembers',
      handler: (_args, _raw, own) => {
        agent.setGlobalData({ secret: 'of one caller' });
        own.addHint('of one caller');
        return own.renderSwml('x').includes('of one caller');
      },
    });
    const line = await onLine(agent);
    const script = await line.script('c1');
    expect((await line.call(script, 'remember', {})).json).toEqual({ response: 'true' });
    expect((await line.get('/')).text).not.toContain('of one caller');
  });

  it('data that was passed in can be changed afterwards without changing the agent', () => {
    const agent = new AgentBase({ name: 'copies' });
    const data = { list: [1], inner: { a: 1 } };
    agent.setGlobalData(data).setParams(data);
    data.list.push(2);
    data.inner.a = 2;
    expect(agent.renderSwml('c')).toContain('"list":[1],"inner":{"a":1}');
  });
});

describe('what is shared by all calls', () => {
  it('can be changed between requests, and the next script has it', async () => {
    const agent = new AgentBase({ name: 'changing' });
    const line = await onLine(agent);
    expect((await line.script('c1')).ai.hints).toBeUndefined();
    agent.addHint('now');
    expect((await line.script('c1')).ai.hints).toEqual(['now']);
    agent.defineContexts().addContext('default').addStep('start').setText('Begin.');
    expect(JSON.stringify((await line.script('c1')).ai.prompt)).toContain('Begin.');
  });
});
