/** Agents that come ready made: their scripts fit the platform's description, and a call goes through them. */
import { describe, expect, it } from 'vitest';
import {
  AgentBase,
  DateTimeSkill,
  FAQBotAgent,
  FaqSkill,
  InfoGathererAgent,
  InfoGathererSkill,
  MathSkill,
  ReceptionistAgent,
  TransferSkill,
  WebFetchSkill,
} from '../../src/voice/index.ts';
import { callTo, systemPromptOf } from './app-call.ts';
import { actionFaults, describeContract, scriptFaults } from './swml-contract.ts';

const QUESTIONS = [{ key_name: 'city', question_text: 'Which city?', confirm: true }];
const FAQS = [{ question: 'When are you open?', answer: 'Always.', keywords: ['hours'], categories: ['visit'] }];
const SALES = '+15550100001';
const DEPARTMENTS = [
  { name: 'sales', description: 'buys', number: SALES },
  { name: 'support', description: 'broken things', number: 'sip:support@pbx.example' },
];

const everySkill = async () => {
  const agent = new AgentBase({ name: 'all' });
  for (const skill of [
    new DateTimeSkill(),
    new MathSkill(),
    new WebFetchSkill({ allowed_domains: ['docs.example.com'], swaig_fields: { wait_for_fillers: true } }),
    new TransferSkill({ destinations: DEPARTMENTS.map(({ name, number }) => ({ name, address: number })) }),
    new FaqSkill({ faqs: FAQS }),
    new InfoGathererSkill({ questions: QUESTIONS }),
  ])
    await agent.addSkill(skill);
  return agent;
};

describeContract(() => {
  it.for([
    ['every skill', everySkill],
    ['an agent that asks', () => new InfoGathererAgent({ questions: QUESTIONS })],
    ['an agent that asks what a callback says', () => new InfoGathererAgent({ questionCallback: () => QUESTIONS })],
    ['an agent that answers', () => new FAQBotAgent({ faqs: FAQS, escalationNumber: SALES })],
    ['an agent that connects', () => new ReceptionistAgent({ departments: DEPARTMENTS, checkInEnabled: true })],
  ] as const)('%s has a script as described', async ([, make]) => {
    expect(scriptFaults((await callTo(await make())).script.document)).toEqual([]);
  });

  it('the data that an agent keeps are set as described', async () => {
    const call = await callTo(new InfoGathererAgent({ questions: QUESTIONS }));
    for (const action of (await call.run('start_questions')).action) expect(actionFaults(action)).toEqual([]);
  });
});

describe('the agent that asks', () => {
  it('asks what was configured', async () => {
    const agent = new InfoGathererAgent({ questions: QUESTIONS });
    expect([agent.name, agent.route]).toEqual(['info_gatherer', '/info_gatherer']);
    expect(await (await callTo(agent)).say('start_questions')).toContain('Which city?');
  });

  it('asks each call what the callback says for it', async () => {
    const agent = new InfoGathererAgent().setQuestionCallback((query, body) => [
      { key_name: 'x', question_text: `For ${query['who']} ${body['lang']}?` },
    ]);
    const [one, two] = [
      await callTo(agent, '/info_gatherer?who=Ada', { lang: 'en' }),
      await callTo(agent, '/info_gatherer?who=Grace', { lang: 'de' }),
    ];
    expect(await one.say('start_questions')).toContain('For Ada en?');
    expect(await two.say('start_questions')).toContain('For Grace de?');
    expect(await one.say('submit_answer', { answer: 'yes' })).toContain('All questions are answered');
    expect(await two.say('start_questions')).toContain('For Grace de?');
  });

  it.for([
    ['there is none', undefined],
    [
      'it fails',
      () => {
        throw new Error('no database');
      },
    ],
    ['it gives nothing', () => []],
  ] as const)('asks for name and message where %s', async ([, questionCallback]) => {
    const agent = new InfoGathererAgent(questionCallback === undefined ? {} : { questionCallback });
    expect(await (await callTo(agent)).say('start_questions')).toContain('What is your name?');
  });
});

describe('the agent that answers', () => {
  it('answers from the list, and connects to a person where it may', async () => {
    const call = await callTo(new FAQBotAgent({ faqs: FAQS, escalationNumber: SALES, name: 'shop', route: '/shop' }));
    expect(await call.say('search_faqs', { query: 'what are your hours' })).toContain('Always.');
    expect(await call.say('search_faqs', { query: 'quantum gravity' })).toContain('no answer to that');
    expect(JSON.stringify((await call.run('escalate')).action)).toContain(SALES);
    expect(JSON.stringify(call.script.document)).not.toContain(SALES);
  });

  it('connects to nobody without a number', () => {
    expect(new FAQBotAgent({ faqs: FAQS }).listToolNames()).toEqual(['search_faqs']);
  });
});

describe('the agent that connects', () => {
  it('asks who calls and why, and connects then', async () => {
    const agent = new ReceptionistAgent({
      departments: DEPARTMENTS,
      companyName: 'Acme',
      agentOptions: { recordCall: true },
    });
    const call = await callTo(agent);
    expect(systemPromptOf(call)).toContain('Acme');
    expect(JSON.stringify(call.script.document)).not.toContain(SALES);
    expect((await call.run('transfer_call', { department: 'sales' })).action).toBeUndefined();
    await call.run('collect_caller_info', { name: 'Ada', reason: 'an engine' });
    expect(call.data['caller_info']).toEqual({ name: 'Ada', reason: 'an engine' });
    expect(JSON.stringify((await call.run('transfer_call', { department: 'sales' })).action)).toContain(SALES);
    expect((await call.run('transfer_call', { department: '+15559999999' })).action).toBeUndefined();
  });

  it('notes visitors where that is wanted', async () => {
    const visitors: object[] = [];
    const agent = new ReceptionistAgent({
      departments: DEPARTMENTS,
      checkInEnabled: true,
      onVisitorCheckIn: (visitor) => void visitors.push(visitor),
    });
    const call = await callTo(agent);
    await call.run('check_in_visitor', { name: 'Ada', purpose: 'lunch', visiting: 'Grace' });
    expect(visitors).toEqual([{ name: 'Ada', purpose: 'lunch', visiting: 'Grace' }]);
    expect(new ReceptionistAgent({ departments: DEPARTMENTS }).hasTool('check_in_visitor')).toBe(false);
  });

  it('needs departments that can be called', () => {
    expect(() => new ReceptionistAgent({ departments: [] })).toThrow('at least 1');
    expect(() => new ReceptionistAgent({ departments: [{ name: 'x', description: 'y', number: '911' }] })).toThrow(
      '+1555',
    );
  });
});
