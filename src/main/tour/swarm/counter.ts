/** A swarm in one file, its tools approved, and a question that goes from agent to agent. */
import { bodyIn, listIn, textIn } from '../doors.ts';
import { answered, inject, type Scene, said, until } from './threads.ts';

export async function agents({ admin, say }: Scene): Promise<void> {
  say.step('Three agents, from one file');
  const all = listIn(await admin.post('swarm/list-agents', {}), 'agents');
  const names = all.map((agent) => textIn(agent, 'name'));
  say.check(
    'desk and researcher think with a model, the teller is a function',
    names.join() === 'desk,researcher,teller',
  );
  for (const agent of all) say.tell(`  ${textIn(agent, 'name').padEnd(10)}  ${textIn(agent, 'description')}`);

  say.step('The bank offers tools: nobody has one before a person has read and approved it');
  const listed = async () => listIn(await admin.post('swarm/list-tools', { server: 'bank' }), 'servers')[0] ?? {};
  const isThere = async () => {
    const bank = await listed();
    return bank['status'] === 'listed' ? bank : null;
  };
  const bank = (await until(isThere)) ?? {};
  for (const tool of listIn(bank, 'tools'))
    say.tell(`  bank.${textIn(tool, 'tool').padEnd(8)}  ${textIn(bodyIn(tool, 'seen'), 'description')}`);
  const [own] = listIn(await admin.post('comms/list-organizations', {}), 'organizations');
  const organizationId = textIn(own ?? {}, 'organizationId'); // the orchestrator says for whom it decides
  const approved = await admin.post('swarm/approve-tools', {
    organizationId,
    server: 'bank',
    hash: textIn(bank, 'listHash'),
  });
  const states = listIn(await listed(), 'tools').map((tool) => textIn(tool, 'state'));
  say.check(
    'approved exactly as they are: what changes is withdrawn',
    states.join() === 'pinned,pinned',
    textIn(approved, 'detail'), // of a refusal
  );
}

export async function question(scene: Scene): Promise<void> {
  const { say } = scene;
  say.step('An operator asks the desk');
  const thread = await inject(scene, 'What is the balance of ada?');
  const answer = await answered(scene, thread);
  say.check('the desk asks the researcher, who asks the bank, and answers', answer === 'ada has 1 200 dollars');
  for (const message of await said(scene, thread)) {
    const { from, to, payload, trust } = message;
    say.tell(
      `  ${spoken(from)} → ${spoken(to)}: ${typeof payload === 'string' ? payload : JSON.stringify(payload)} (${trust})`,
    );
  }
}

const spoken = (speaker: unknown): string => String(speaker).replace('agent:', '');
