/** What the voice platform asks of an agent: its script for a call, and a function during one, with the call's token. */
import type { Request } from 'autocannon';
import { SessionManager } from '../src/voice/index.ts';
import { ARGUMENTS, CREDENTIALS, FUNCTIONS, SWAIG_SECRET } from './voice-content.ts';

const CALLS = 400;
const headers = {
  authorization: `Basic ${Buffer.from(CREDENTIALS.join(':')).toString('base64')}`,
  'content-type': 'application/json',
};
const callIds = Array.from({ length: CALLS }, (_, n) => `6b3f2a1c-0000-4000-8000-${String(n).padStart(12, '0')}`);

export const getScripts = (): Request[] => callIds.map((id) => ({ method: 'GET', path: `/?call_id=${id}`, headers }));

export const postScripts = (): Request[] =>
  callIds.map((call_id) => ({
    method: 'POST',
    path: '/',
    headers,
    body: JSON.stringify({
      call: { call_id, from: '+14155550100', to: '+14155550101', direction: 'inbound' },
      vars: {},
    }),
  }));

export function callFunctions(): Request[] {
  const sessions = new SessionManager(3_600, SWAIG_SECRET);
  return callIds.map((call_id, n) => {
    const { name } = FUNCTIONS[n % FUNCTIONS.length]!;
    return {
      method: 'POST',
      path: `/swaig?__token=${sessions.generateToken(name, call_id)}`,
      headers,
      body: JSON.stringify({
        function: name,
        call_id,
        ai_session_id: call_id,
        argument: { parsed: [ARGUMENTS], raw: JSON.stringify(ARGUMENTS) },
        meta_data: {},
        global_data: { shop: 'open' },
      }),
    };
  });
}
