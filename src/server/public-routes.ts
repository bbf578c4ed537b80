/** The routes that are no actions, described by hand for OpenAPI. */

const NOBODY: readonly Readonly<Record<string, readonly string[]>>[] = [];

const json = (description: string, properties: object) => ({
  description,
  content: { 'application/json': { schema: { type: 'object', properties, required: Object.keys(properties) } } },
});
const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
});

const get = (operationId: string, summary: string, responses: object, security: readonly object[] = NOBODY) => ({
  get: { operationId, tags: ['server'], summary, security, responses },
});

const metadata = (operationId: string, of: string) =>
  get(operationId, `What a client has to bring to ${of} (RFC 9728).`, {
    200: json('The metadata.', {
      resource: { type: 'string', format: 'uri' },
      bearer_methods_supported: { type: 'array', items: { type: 'string' } },
      resource_name: { type: 'string' },
    }),
  });

export const PUBLIC_ROUTES = {
  '/healthz': get('healthz', 'Whether the process is alive.', { 200: json('It is.', { status: { const: 'ok' } }) }),
  '/readyz': get('readyz', 'Whether it takes requests.', {
    200: json('It does.', { status: { const: 'ready' } }),
    503: json('Not now.', { status: { const: 'not ready' } }),
  }),
  '/metrics': get(
    'metrics',
    'Numbers about the server, in the text format of Prometheus. Without a token for a scraper on the same machine alone.',
    {
      200: text('The numbers.', 'text/plain'),
      401: { $ref: '#/components/responses/Problem401' },
      403: { $ref: '#/components/responses/Problem403' },
    },
    [{}, { bearer: [] }],
  ),
  '/.well-known/oauth-protected-resource': metadata('protected_resource', 'this server'),
  '/.well-known/oauth-protected-resource/mcp': metadata('protected_resource_mcp', 'the MCP door'),
  '/.well-known/sallyport/tls': get('tls_pins', 'Pins of the key that this server speaks TLS with (RFC 7469 §2.4).', {
    200: json('They, as `sha256/` and Base64.', { spki: { type: 'array', items: { type: 'string' } } }),
    404: { $ref: '#/components/responses/Problem404' },
  }),
  '/api/v1/openapi.json': get('openapi', 'This document.', { 200: json('It.', { openapi: { type: 'string' } }) }),
  '/api/docs': get('docs', 'The same as a page to read.', { 200: text('The page.', 'text/html') }),
} as const;
