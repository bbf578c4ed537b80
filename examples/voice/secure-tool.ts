// The samples of the SDK's security guide, unchanged but for the import; what they promise is checked below.
import { AgentBase, FunctionResult } from 'sallyport';

const agent = new AgentBase({
  name: 'my-agent',
  tokenExpirySecs: 7200, // 2 hours
});

agent.defineTool({
  name: 'transfer_funds',
  description: 'Transfer money between accounts',
  parameters: {
    type: 'object',
    properties: {
      amount: { type: 'number', description: 'Amount to transfer' },
      toAccount: { type: 'string', description: 'Destination account ID' },
    },
  },
  secure: true, // Enables HMAC token protection
  handler: async (args, rawData) => {
    // Only reachable with a valid, unexpired token
    const result = new FunctionResult();
    result.setResponse('Transfer completed.');
    return result;
  },
});

import assert from 'node:assert/strict';

const app = agent.getApp();
const [user, password] = agent.getBasicAuthCredentials();
const headers = { authorization: `Basic ${btoa(`${user}:${password}`)}`, 'content-type': 'application/json' };
const post = async (path: string, body: object): Promise<any> => {
  const answer = await app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
  return answer.json();
};

const script = await post('/', { call: { call_id: 'call-123' } });
const [{ web_hook_url: address }] = script.sections.main[1].ai.SWAIG.functions;
const { search } = new URL(address);
const argument = { parsed: [{ amount: 5, toAccount: 'a-1' }] };
const call = { function: 'transfer_funds', call_id: 'call-123', argument };
assert.deepEqual(await post(`/swaig${search}`, call), { response: 'Transfer completed.' });
for (const [path, body] of [
  ['/swaig', call],
  ['/swaig?__token=made-up', call],
  [`/swaig${search}`, { ...call, call_id: 'another-call' }],
] as const)
  assert.notEqual((await post(path, body)).response, 'Transfer completed.');
