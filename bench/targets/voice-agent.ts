/** The product's side of `baselines/naive-agent.ts`: an agent of the SDK that says and can do the same, with all its protections. */
import { AgentBase, setGlobalLogLevel } from '../../src/voice/index.ts';
import { reportListening } from '../target-process.ts';
import { ANSWER, CREDENTIALS, FUNCTIONS, HINTS, PARAMS, SECTIONS, SWAIG_SECRET } from '../voice-content.ts';

setGlobalLogLevel('warn');
const agent = new AgentBase({
  name: 'bench',
  basicAuth: CREDENTIALS,
  swaigSecret: SWAIG_SECRET,
});
for (const { title, ...section } of SECTIONS) agent.promptAddSection(title, section);
agent.addHints(HINTS).setParams(PARAMS);
for (const one of FUNCTIONS) agent.defineTool({ ...one, handler: () => ({ response: ANSWER }) });

const { port } = await agent.serve({ host: '127.0.0.1', port: 0 });
reportListening(port);
