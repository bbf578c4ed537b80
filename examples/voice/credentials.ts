// The sample of the SDK's security guide, unchanged but for the import; what it promises is checked below.
import { AgentBase } from 'sallyport';

// Explicit credentials
const agent = new AgentBase({
  name: 'my-agent',
  basicAuth: ['admin', 'hunter2'],
});
// Environment-based: set SWML_BASIC_AUTH_USER and SWML_BASIC_AUTH_PASSWORD
const agent2 = new AgentBase({ name: 'my-agent' });
// Auto-generated: credentials are logged at startup
const agent3 = new AgentBase({ name: 'my-agent' });
// Logs: Auth: my-agent:**** (source: generated)

const [user, pass] = agent.getBasicAuthCredentials();
const [user2, pass2, source] = agent.getBasicAuthCredentials(true);
// source: 'provided' | 'environment' | 'generated'

import assert from 'node:assert/strict';

assert.deepEqual([user, pass, user2, pass2, source], ['admin', 'hunter2', 'admin', 'hunter2', 'provided']);
const expected = process.env['SWML_BASIC_AUTH_PASSWORD'] === undefined ? 'generated' : 'environment';
assert.equal(agent2.getBasicAuthCredentials(true)[2], expected);
assert.equal(agent3.getBasicAuthCredentials(true)[2], expected);
