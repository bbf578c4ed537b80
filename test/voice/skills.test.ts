/** Skills on a real agent: what they add, what goes with them, and what each does in a call. */
// biome-ignore-all lint/complexity/noThisInStatic: a schema depends on the class that is asked
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  AgentBase,
  DateTimeSkill,
  defineSkillTool,
  FaqSkill,
  listSkills,
  MathSkill,
  type ParameterSchema,
  registerSkill,
  SkillBase,
  type SkillConfig,
  SkillRegistry,
  TransferSkill,
} from '../../src/voice/index.ts';
import { callTo, systemPromptOf } from './app-call.ts';

const SECRET = 'sk-0123456789abcdef';

class WeatherSkill extends SkillBase {
  static override SKILL_NAME = 'weather';
  static override SKILL_DESCRIPTION = 'Says the weather';
  static override SUPPORTS_MULTIPLE_INSTANCES = true;
  static override getParameterSchema(): ParameterSchema {
    return {
      ...super.getParameterSchema(),
      api_key: {
        type: 'string',
        description: 'Key',
        required: true,
        hidden: true,
        env_var: 'TEST_WEATHER_KEY',
        default: SECRET,
      },
      units: { type: 'string', description: 'Units', enum: ['metric', 'imperial'], default: 'metric' },
      days: { type: 'integer', description: 'Days', min: 1, max: 7, default: 3 },
      cities: { type: 'array', description: 'Cities', items: { type: 'string' } },
    };
  }
  ended = 0;
  leak = false;
  override async setup() {
    return true;
  }
  override getTools() {
    const name = this.getConfig('tool_name', 'weather');
    return [
      defineSkillTool({
        name,
        description: this.leak ? `asks with ${this.getConfig('api_key')}` : 'Says the weather',
        parameters: { city: { type: 'string' } },
        required: ['city'],
        handler: ({ city = '' }) => `Rain in ${city}, ${this.getConfig('units')}`,
      }),
    ];
  }
  protected override _getPromptSections() {
    return [{ title: 'Weather', bullets: ['Ask me about rain'] }];
  }
  override getHints() {
    return ['drizzle'];
  }
  override getGlobalData() {
    return { forecast: 'wet' };
  }
  override cleanup() {
    this.ended++;
  }
}

const agent = () => new AgentBase({ name: 'skilled', route: '/skilled' }).promptAddSection('Role', { body: 'Talk.' });
const weather = (config: SkillConfig = {}) => new WeatherSkill({ api_key: SECRET, ...config });

describe('a skill', () => {
  it('adds its functions, prompt, hints and data to the script, and its function runs', async () => {
    const with_ = await agent().addSkill(weather({ units: 'imperial' }));
    const call = await callTo(with_);
    expect(await call.say('weather', { city: 'Rome' })).toBe('Rain in Rome, imperial');
    expect(systemPromptOf(call)).toContain('Ask me about rain');
    expect(call.script.ai).toMatchObject({ hints: ['drizzle'], global_data: { forecast: 'wet' } });
    expect(with_.listSkills()).toEqual([{ name: 'weather', instanceId: expect.any(String), initialized: true }]);
  });

  it('takes all of that with it when it is removed, and nothing of the agent’s own', async () => {
    const skill = weather();
    const host = agent().addHint('drizzle').setGlobalData({ forecast: 'dry', mine: 1 });
    const before = (await callTo(host)).script.ai;
    await host.addSkill(skill);
    host.promptAddSection('Later', { body: 'more' }).addHint('later');
    expect(await host.removeSkill(skill.instanceId)).toBe(true);
    const { ai } = (await callTo(host)).script;
    expect(ai.hints).toEqual([...before.hints, 'later']);
    expect(ai.global_data).toEqual({ forecast: 'dry', mine: 1 });
    expect(ai.prompt.pom).toEqual([...before.prompt.pom, { title: 'Later', body: 'more' }]);
    expect(ai.SWAIG?.functions ?? []).toEqual([]);
    expect(host.hasTool('weather')).toBe(false);
    expect(skill.ended).toBe(1);
    expect(await host.removeSkill('weather')).toBe(false);
  });

  it('that is removed from one call stays with the others, unended', async () => {
    const skill = weather();
    const host = await agent().addSkill(skill);
    host.setDynamicConfigCallback(async (query) => {
      if (query['without'] === 'yes') await host.removeSkillByName('weather');
    });
    const names = async (path: string) => (await callTo(host, path)).script.ai.SWAIG?.functions?.length ?? 0;
    expect(await names('/skilled?without=yes')).toBe(0);
    expect(await names('/skilled')).toBe(1);
    expect(skill.ended).toBe(0);
  });

  it('that is added to one call is that call’s alone', async () => {
    const host = agent();
    host.setDynamicConfigCallback(async (query, _body, _headers, own) => {
      if (query['tier'] === 'gold') await own.addSkill(weather());
    });
    expect(systemPromptOf(await callTo(host, '/skilled?tier=gold'))).toContain('rain');
    expect(systemPromptOf(await callTo(host, '/skilled'))).not.toContain('rain');
    expect(host.hasSkill('weather')).toBe(false);
  });

  it('is there once, or several times by tool_name', async () => {
    const host = await agent().addSkill(weather());
    await expect(host.addSkill(weather())).rejects.toThrow('tool_name');
    await host.addSkill(weather({ tool_name: 'other' }));
    expect(host.skillManager.listSkillKeys()).toEqual(['weather', 'weather_other']);
    expect(await host.skillManager.removeSkillByName('weather')).toBe(2);
  });

  it('is refused whole where it does not fit', async () => {
    const host = agent().defineTool({ name: 'weather', description: 'mine', handler: () => 'mine' });
    const skill = weather();
    await expect(host.addSkill(skill)).rejects.toThrow('names are taken: weather');
    expect(host.hasSkill('weather')).toBe(false);
    expect(systemPromptOf(await callTo(host))).not.toContain('rain');
    expect(skill.ended).toBe(1);
    skill.setup = async () => false;
    await expect(host.addSkill(skill)).rejects.toThrow('could not be set up');
    expect(await host.skillManager.loadSkill(WeatherSkill, { days: 9 })).toEqual([
      false,
      expect.stringContaining('days'),
    ]);
    await expect(host.addSkillByName('nothing')).rejects.toThrow('datetime');
  });

  it('needs its variables', async () => {
    class Needy extends MathSkill {
      static override REQUIRED_ENV_VARS = ['TEST_SKILL_NEEDS_THIS'];
    }
    await expect(agent().addSkill(new Needy())).rejects.toThrow('TEST_SKILL_NEEDS_THIS');
  });

  it('adds what swaig_fields say to its functions, but not what the SDK says itself', async () => {
    const fillers = { 'en-US': ['One moment.'] };
    const call = await callTo(await agent().addSkill(weather({ swaig_fields: { fillers } })));
    expect(call.script.ai.SWAIG.functions[0]).toMatchObject({ function: 'weather', fillers });
    const elsewhere = weather({ swaig_fields: { web_hook_url: 'https://elsewhere.example' } });
    await expect(agent().addSkill(elsewhere)).rejects.toThrow('web_hook_url');
  });

  it('leaves the prompt alone where it is told to', async () => {
    expect(systemPromptOf(await callTo(await agent().addSkill(weather({ skip_prompt: true }))))).not.toContain('rain');
  });
});

describe('parameters of a skill', () => {
  it.for([
    [{ units: 'kelvin' }, 'units must be of type string, one of metric, imperial'],
    [{ days: 0 }, 'days must be of type integer, at least 1, at most 7'],
    [{ days: 1.5 }, 'days must be of type integer'],
    [{ days: '3' }, 'days must be of type integer'],
    [{ cities: ['Rome', 3] }, 'cities [1]'],
    [{ unit: 'metric' }, 'unit: no such parameter'],
  ] as const)('%j are refused: %s', ([config, why]) => {
    expect(() => weather(config)).toThrow(why);
  });

  it('come from the environment, by their type', () => {
    class FromEnvironment extends SkillBase {
      static override SKILL_NAME = 'from_environment';
      static override SKILL_DESCRIPTION = 'x';
      static override getParameterSchema(): ParameterSchema {
        return { limit: { type: 'integer', description: 'x', required: true, max: 5, env_var: 'TEST_SKILL_LIMIT' } };
      }
    }
    onTestFinished(() => {
      delete process.env['TEST_SKILL_LIMIT'];
    });
    expect(() => new FromEnvironment()).toThrow('set TEST_SKILL_LIMIT');
    process.env['TEST_SKILL_LIMIT'] = '4';
    expect(new FromEnvironment().params).toEqual({ limit: 4 });
    expect(new FromEnvironment({ limit: 2 }).params).toEqual({ limit: 2 });
    process.env['TEST_SKILL_LIMIT'] = 'many';
    expect(() => new FromEnvironment()).toThrow('limit must be of type integer');
  });

  it('that are secret are in no list, inspection, message or script', async () => {
    const host = await agent().addSkill(weather());
    const skill = host.skillManager.getSkill('weather')!;
    registerSkill(WeatherSkill);
    onTestFinished(() => SkillRegistry.resetInstance());
    for (const shown of [
      JSON.stringify(skill),
      inspect(skill, { depth: 9, showHidden: true }),
      JSON.stringify(host.listSkills()),
      JSON.stringify(listSkills()),
      host.renderSwml('call'),
    ])
      expect(shown).not.toContain(SECRET);
    expect(() => new WeatherSkill({ api_key: 123456789 })).toThrow(/^(?!.*123456789)/);
  });

  it('that are secret can’t be written into a script', async () => {
    const skill = weather();
    skill.leak = true;
    const host = agent();
    await expect(host.addSkill(skill)).rejects.toThrow(/^(?!.*sk-0)/);
    expect(host.hasTool('weather')).toBe(false);
  });
});

describe('the registry', () => {
  const registry = () => {
    onTestFinished(() => SkillRegistry.resetInstance());
    return SkillRegistry.getInstance();
  };

  it('knows what comes with the SDK, by name, for any agent', async () => {
    expect(registry().listRegistered()).toEqual(['datetime', 'math', 'web_fetch', 'transfer', 'faq', 'info_gatherer']);
    const call = await callTo(await agent().addSkillByName('math'));
    expect(await call.say('calculate', { expression: '6*7' })).toBe('6*7 = 42');
  });

  it('keeps what was locked', () => {
    class Imposter extends MathSkill {
      static override SKILL_NAME = 'transfer';
    }
    registry().lock(['transfer']);
    registerSkill(Imposter);
    expect(registry().getSkillClass('transfer')).toBe(TransferSkill);
    expect(registry().unregister('transfer')).toBe(false);
    registry().clear();
    expect(registry().listRegistered()).toEqual(['transfer']);
  });
});

describe('datetime', () => {
  const clock = { now: () => Date.UTC(2026, 10, 20, 22, 4) };
  const call = async (config?: SkillConfig) => callTo(await agent().addSkill(new DateTimeSkill(config, clock)));

  it('says the time and the day where the caller is', async () => {
    const line = await call();
    expect(await line.say('get_current_time')).toBe(
      'It is 10:04 PM (22:04) on Friday, November 20, 2026 in UTC (UTC+00:00).',
    );
    expect(await line.say('get_current_date', { timezone: 'Asia/Tokyo' })).toBe(
      'Today is Saturday, November 21, 2026 in Asia/Tokyo (UTC+09:00).',
    );
    expect(await (await call({ default_timezone: 'Europe/Berlin' })).say('get_current_time')).toContain('11:04 PM');
  });

  it('says so where there is no such zone', async () => {
    expect(await (await call()).say('get_current_time', { timezone: 'Mars/Base' })).toContain(
      'no time zone "Mars/Base"',
    );
    expect(() => new DateTimeSkill({ default_timezone: 'Mars' })).toThrow('no time zone Mars');
  });
});

describe('math', () => {
  it('works out and says what can’t be', async () => {
    const call = await callTo(await agent().addSkill(new MathSkill()));
    expect(await call.say('calculate', { expression: 'round(19.99 * 1.19, 2)' })).toBe(
      'round(19.99 * 1.19, 2) = 23.79',
    );
    expect(await call.say('calculate', { expression: '1/3' })).toBe('1/3 is about 0.3333333333');
    expect(await call.say('calculate', { expression: '1/0' })).toContain('Division by zero');
    expect(await call.say('calculate', { expression: 'globalThis.x=1' })).toContain('could not be worked out');
    expect(await call.say('calculate', { expression: '1+'.repeat(200) })).toContain('can’t be used');
  });
});

describe('transfer', () => {
  const SALES = '+15550100001';
  const destinations = [
    { name: 'sales', address: SALES, description: 'buys things', message: 'Over to sales.' },
    { name: 'support', address: 'sip:support@pbx.example' },
  ];

  it('connects to the one that was named, by a number that the model never sees', async () => {
    const call = await callTo(await agent().addSkill(new TransferSkill({ destinations })));
    expect(JSON.stringify(call.script.document)).not.toContain(SALES);
    const { response, action, post_process } = await call.run('transfer_call', { destination: 'sales' });
    expect({ response, post_process }).toEqual({ response: 'Over to sales.', post_process: true });
    expect(action).toEqual([
      { SWML: { version: '1.0.0', sections: { main: [{ connect: { to: SALES } }] } }, transfer: 'true' },
    ]);
  });

  it.for(['+15559999999', 'Sales ', '__proto__', 'toString', 'sip:me@evil.example', ''])(
    'connects to nobody for %j',
    async (destination) => {
      const call = await callTo(await agent().addSkill(new TransferSkill({ destinations })));
      const answer = await call.run('transfer_call', { destination });
      expect(answer.action).toBeUndefined();
    },
  );

  it('waits for what has to be known', async () => {
    const skill = new TransferSkill({
      destinations,
      required_data: ['caller_info'],
      final: false,
      from: '+15550100009',
    });
    const call = await callTo(await agent().addSkill(skill));
    expect(await call.run('transfer_call', { destination: 'sales' })).toEqual({
      response: expect.stringContaining('caller_info'),
    });
    call.data['caller_info'] = { name: 'Ada' };
    const { action } = await call.run('transfer_call', { destination: 'sales' });
    expect(action[0]).toMatchObject({ transfer: 'false' });
    expect(JSON.stringify(action)).toContain('"from":"+15550100009"');
  });

  it.for(['5550100001', 'tel:1', 'https://evil.example', '+1555 0100', 'sip:a b@c', ''])(
    'can’t be told to call %j',
    (address) => {
      expect(() => new TransferSkill({ destinations: [{ name: 'x', address }] })).toThrow();
    },
  );
});

describe('faq', () => {
  const faqs = [
    {
      question: 'What are your opening hours?',
      answer: 'Nine to five.',
      keywords: ['open', 'close'],
      categories: ['visit'],
    },
    { question: 'Where can I park?', answer: 'Behind the house.', categories: ['visit'] },
    { question: 'What does delivery cost on weekends during opening?', answer: 'Nothing.', categories: ['orders'] },
  ];
  const call = async (config: SkillConfig = {}) => callTo(await agent().addSkill(new FaqSkill({ faqs, ...config })));

  it('answers with what was written, and names what is related', async () => {
    const said = await (await call()).say('search_faqs', { query: 'your opening hours please' });
    expect(said).toContain('Nine to five.');
    expect(said).toContain('- What does delivery cost');
    expect(said).not.toContain('Nothing.');
    expect(await (await call({ suggest_related: false })).say('search_faqs', { query: 'opening hours' })).not.toContain(
      '- ',
    );
  });

  it('does not answer below the threshold', async () => {
    const line = await call({ threshold: 0.9, no_match_message: 'Ask somebody.' });
    expect(await line.say('search_faqs', { query: 'does the moon cost much to park on' })).not.toContain('Behind');
    expect(await line.say('search_faqs', { query: 'quantum gravity' })).toBe('Ask somebody.');
  });

  it('looks in one category where there is such a one', async () => {
    const line = await call();
    const query = 'opening';
    expect(await line.say('search_faqs', { query, category: 'orders' })).toContain('Nothing.');
    expect(await line.say('search_faqs', { query, category: 'made up' })).toContain('Nine to five.');
  });
});
