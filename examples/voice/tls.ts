// The samples of the SDK's security guide, unchanged but for the import; what they promise is checked below.
import { Hono } from 'hono';
import { SslConfig } from 'sallyport';

const ssl = new SslConfig({
  enabled: true,
  certPath: '/etc/ssl/certs/agent.pem',
  keyPath: '/etc/ssl/private/agent-key.pem',
  domain: 'agent.example.com',
  hsts: true, // default: true
  hstsMaxAge: 31536000, // default: 31536000 (1 year)
});

// Check if SSL is fully configured (enabled + cert + key exist on disk)
if (ssl.isConfigured()) {
  // Get Node.js https.createServer() options
  const serverOpts = ssl.getServerOptions();
  // { cert: '...', key: '...' }
}
// Get the HSTS header value
const hsts = ssl.getHstsHeader();
// "max-age=31536000; includeSubDomains" (or null if disabled)

const app = new Hono();
app.use('*', ssl.hstsMiddleware());
// Adds: Strict-Transport-Security: max-age=31536000; includeSubDomains

import assert from 'node:assert/strict';

assert.equal(hsts, 'max-age=31536000; includeSubDomains');
app.get('/', (c) => c.text('here'));
assert.equal((await app.request('/')).headers.get('strict-transport-security'), hsts);
assert.equal(new SslConfig({ enabled: false }).getHstsHeader(), null);
