// The sample of the SDK's security guide, unchanged but for the import; what it promises is checked below.
import { AgentBase } from 'sallyport';

class SecureAgent extends AgentBase {
  validateBasicAuth(username: string, password: string): boolean {
    // Block specific users
    if (username === 'blocked') return false;
    // Optionally query a database, check IP allowlists, etc.
    return true;
  }
}

import assert from 'node:assert/strict';

const ask = async (user: string, password: string) => {
  const agent = new SecureAgent({ name: 'secure', basicAuth: [user, 'right'] });
  const authorization = `Basic ${btoa(`${user}:${password}`)}`;
  return (await agent.getApp().request('/', { headers: { authorization } })).status;
};
assert.equal(await ask('anna', 'right'), 200);
assert.equal(await ask('blocked', 'right'), 401);
assert.equal(await ask('anna', 'wrong'), 401); // the check of one's own comes on top of the credentials
