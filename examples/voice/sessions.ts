// The samples of the SDK's security guide, unchanged but for the import; what they promise is checked below.
import { SessionManager } from 'sallyport';

const sm = new SessionManager(3600);
const token = sm.generateToken('my_function', 'call-123');
// Decode without validating (for debugging)
const info = sm.debugToken(token);
// { callId: 'call-123', functionName: 'my_function', expiry: 1737000000,
//   nonce: 'a1b2c3d4', signature: '...', expired: false }

sm.setSessionMetadata('session-1', { userId: 'u-42', plan: 'pro' });
const meta = sm.getSessionMetadata('session-1');
// { userId: 'u-42', plan: 'pro' }
sm.deleteSessionMetadata('session-1');

import assert from 'node:assert/strict';

assert.equal(info?.callId, 'call-123');
assert.equal(info?.functionName, 'my_function');
assert.equal(info?.expired, false);
assert.equal(sm.validateToken('call-123', 'my_function', token), true);
assert.equal(sm.validateToken('call-124', 'my_function', token), false);
assert.deepEqual(meta, { userId: 'u-42', plan: 'pro' });
assert.deepEqual(sm.getSessionMetadata('session-1'), {});
