// The samples of the SDK's security guide, unchanged but for the import; what they promise is checked below.
import { Hono } from 'hono';
import { AuthHandler } from 'sallyport';

const auth = new AuthHandler({
  // Method 1: Bearer token (Authorization: Bearer <token>)
  bearerToken: 'my-secret-token',
  // Method 2: API key (X-Api-Key: <key>)
  apiKey: 'my-api-key-123',
  // Method 3: Basic auth (Authorization: Basic <base64>)
  basicAuth: ['admin', 'password'],
  // Method 4: Custom validator
  customValidator: async (req) => {
    return req.headers['x-internal-service'] === 'trusted';
  },
});

const app = new Hono();
app.use('/api/*', auth.middleware());
// Returns 401 JSON response: { "error": "Unauthorized" }

import assert from 'node:assert/strict';

app.get('/api/orders', (c) => c.json([]));
const ask = (headers: Record<string, string>) => app.request('/api/orders', { headers });
for (const headers of [
  { authorization: 'Bearer my-secret-token' },
  { 'x-api-key': 'my-api-key-123' },
  { authorization: `Basic ${btoa('admin:password')}` },
  { 'x-internal-service': 'trusted' },
])
  assert.equal((await ask(headers as unknown as Record<string, string>)).status, 200);
const refused = await ask({ authorization: 'Bearer wrong' });
assert.equal(refused.status, 401);
assert.deepEqual(await refused.json(), { error: 'Unauthorized' });
