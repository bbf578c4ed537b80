/**
 * A server with made-up actions for the tests of the doors: the real catalogue, guards, `perform` and executor over a
 * ledger that keeps nothing. What the real store adds is tested elsewhere.
 */
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import {
  type Delivery,
  type Mint,
  readAction,
  stateAction,
  type WorldAction,
  worldAction,
} from '../../src/guard/action.ts';
import { type CatalogueEntry, createCatalogue } from '../../src/guard/catalogue.ts';
import { createExecutor } from '../../src/guard/executor.ts';
import { guard } from '../../src/guard/guard.ts';
import { field } from '../../src/guard/input/fields.ts';
import { judge, reasonsOf, warningsOf } from '../../src/guard/judge.ts';
import type { Ledger, Proposal } from '../../src/guard/ledger.ts';
import { createPerform } from '../../src/guard/perform.ts';
import { type Principal, SCOPES_OF } from '../../src/guard/principal.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { SallyportError } from '../../src/kernel/errors.ts';
import { type ActionId, createIds } from '../../src/kernel/ids.ts';
import { createServer, type ServerOptions, type ServerParts } from '../../src/server/app.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import type { ProtectionSettings } from '../../src/server/protection.ts';
import { LOOPBACK_NETWORKS } from '../../src/shield/address-list.ts';

export const NOW = Date.UTC(2026, 10, 20, 12);
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
export const VERSION = '9.8.7';
const HOLD_MS = 900_000;
const PLENTY = 1_000_000;
const clock = { now: () => NOW };

const refusals = guard<{ to: string }>()({
  id: 'refusals',
  stage: 'comply',
  needs: {},
  judge: ({ input: { to } }) =>
    to === 'refused@b.example'
      ? [
          { is: 'deny', code: 'suppressed', say: 'They said STOP.', source: 'TCPA' },
          { is: 'deny', code: 'consent_required', say: 'They never agreed.' },
        ]
      : [],
});
const limits = guard<{ to: string }>()({
  id: 'limits',
  stage: 'limit',
  needs: {},
  judge: ({ input: { to } }) => [
    {
      is: 'take',
      take: {
        meter: 'agent:x:secret-meter',
        contact: to,
        amount: 1,
        caps: [{ limit: 10, window: { ms: 60_000 }, code: 'rate_limited', name: 'perMinute' }],
      },
    },
    ...(to === 'limited@b.example'
      ? [
          { is: 'deny' as const, code: 'rate_limited' as const, say: 'Too many.', retryAt: NOW + 1_200 },
          { is: 'deny' as const, code: 'spend_limit' as const, say: 'Too dear.', retryAt: NOW + 60_001 },
        ]
      : []),
    ...(to === 'broke@b.example'
      ? [
          { is: 'deny' as const, code: 'rate_limited' as const, say: 'Too many.', retryAt: NOW + 1_200 },
          { is: 'deny' as const, code: 'spend_limit' as const, say: 'Never.' },
        ]
      : []),
  ],
});
const approval = guard<{ to: string }>()({
  id: 'approval',
  stage: 'approve',
  needs: {},
  judge: ({ input: { to } }) =>
    to === 'held@b.example' ? [{ is: 'hold', policy: 'first-contact', say: 'New contact.', ttlMs: HOLD_MS }] : [],
});

const DELIVERIES: Record<string, Delivery> = {
  ok: { state: 'ok', ref: 'r1' },
  rejected: { state: 'failed', code: 'provider_rejected', say: 'The carrier said no.' },
  unknown: { state: 'unknown', code: 'outcome_unknown', say: 'Nobody knows.' },
};

/** `wait`: what a slow action does. */
function catalogueOf(wait: () => Promise<void>) {
  const common = {
    version: 1,
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
  } as const;
  return createCatalogue({
    inputPolicy: 'standard',
    everywhere: () => [],
    actions: [
      readAction({
        ...common,
        name: 'demo.look',
        http: { method: 'GET', path: '/looks/{what}' },
        says: 'Looks.',
        input: z.object({ what: field.name(), slow: z.boolean().optional() }),
        output: z.object({ what: z.string(), agent: z.string().nullable() }),
        async read({ input: { what, slow }, agent }) {
          if (slow) await wait();
          if (what === 'break') throw new Error('password=hunter2 of the database');
          if (what === 'busy') throw new SallyportError('overloaded', 'Come back later.', { retryAfterMs: 1_500 });
          return { what, agent };
        },
      }),
      stateAction({
        ...common,
        name: 'demo.note_down',
        http: { method: 'POST', path: '/notes/{title}/text' },
        risk: 'high',
        says: 'Notes.',
        input: z.object({
          title: field.name(),
          text: field.prose(10_000).optional(),
          count: z.int().min(0).max(1_000).default(1),
          tags: z.array(field.code()).max(3).optional(),
        }),
        output: z.object({ noteId: z.string(), count: z.int(), key: z.string().nullable() }),
        needs: {},
        change: ({ input }, _, mint) => ({
          writes: [],
          output: { noteId: mint.action, count: input.count, key: null },
        }),
      }),
      worldAction({
        ...common,
        name: 'demo.send',
        says: 'Sends.',
        guards: [refusals, limits, approval],
        input: z.object({ to: field.address(), how: z.enum(['ok', 'rejected', 'unknown', 'slow']).default('ok') }),
        output: z.object({ status: z.enum(['queued', 'sent', 'failed', 'unknown']) }),
        needs: {},
        retry: () => 'never',
        contact: ({ to }) => to,
        leaseMs: 30_000,
        beginWithinMs: 900_000,
        stage: () => ({ writes: [], output: { status: 'queued' as const }, context: {} }),
        async execute({ action }) {
          if (action.input.how === 'slow') await wait();
          return DELIVERIES[action.input.how] ?? { state: 'ok', ref: 'late' };
        },
        conclude: (_, { state }) => ({
          writes: [],
          output: {
            status:
              state === 'ok' ? ('sent' as const) : state === 'unknown' ? ('unknown' as const) : ('failed' as const),
          },
        }),
      }),
      stateAction({
        ...common,
        name: 'demo.rule',
        says: 'Rules.',
        access: 'org:admin',
        subject: 'organization',
        risk: 'critical',
        input: z.object({}),
        output: z.object({ ruled: z.literal(true) }),
        needs: {},
        change: () => ({ writes: [], output: { ruled: true as const } }),
      }),
      readAction({
        ...common,
        name: 'demo.by_hand',
        says: 'Only by the CLI.',
        doors: ['cli'],
        input: z.object({}),
        output: z.object({}),
        read: async () => ({}),
      }),
    ],
  });
}

/** Judges for real and keeps nothing but the answers by idempotency key. */
function fakeLedger(world: (name: string) => CatalogueEntry | undefined): Ledger {
  const facts = { get: () => null };
  const kept = new Map<string, Awaited<ReturnType<Ledger['propose']>>>();
  const requestOf = (proposal: Proposal) => ({ ...proposal, now: NOW, approvedBy: null });
  const propose = async (proposal: Proposal): ReturnType<Ledger['propose']> => {
    const { id, entry, org, agent, input } = proposal;
    const verdict = judge(entry.guards, requestOf(proposal), facts);
    const warnings = warningsOf(verdict);
    if (verdict.is === 'deny') return { is: 'refused', id, why: reasonsOf(verdict) };
    if (verdict.is === 'hold') return { is: 'held', id, until: NOW + HOLD_MS, verdict };
    const mint = mintFor(id);
    const { action } = entry;
    if (action.effect === 'state') {
      const { output } = action.change(requestOf(proposal), {}, mint);
      return {
        is: 'done',
        id,
        output: 'key' in output ? { ...output, key: proposal.idempotencyKey } : output,
        warnings,
      };
    }
    if (action.effect !== 'world') throw new TypeError('a read is not proposed');
    const { output, context } = action.stage(requestOf(proposal), {}, mint);
    return {
      is: 'pending',
      id,
      output,
      warnings,
      claimed: { id, org, agent, action: action.name, input, attempt: 1, duties: [], context },
    };
  };
  return {
    async propose(proposal) {
      const key = proposal.idempotencyKey ?? proposal.id;
      const answer = kept.get(key) ?? (await propose(proposal));
      kept.set(key, answer);
      return answer;
    },
    explain: async (proposal) => judge(proposal.entry.guards, requestOf(proposal), facts, true),
    async settle(claimed, delivery) {
      const action = world(claimed.action)?.action as WorldAction;
      return {
        is: 'moved',
        delivery,
        output: action.conclude(claimed, delivery, mintFor(claimed.id), clock.now()).output,
      };
    },
    refuse: async ({ id }) => id,
    release: async () => null,
    look: async () => null,
    withdraw: async () => {},
    stands: async () => true,
    report: async () => {},
    unresolved: async () => [],
    claim: async () => [],
    recover: async () => {},
    sweep: async () => {},
    unauthenticated: () => {},
  };
}

const principal = (kind: 'agent' | 'organization'): Principal => ({
  id: `tok_${kind}`,
  kind,
  org: 'org_default',
  agent: kind === 'agent' ? 'agt_1' : null,
  scopes: SCOPES_OF[kind],
  fences: [],
});
export const AGENT_PRINCIPAL = principal('agent');
const PRINCIPALS: Record<string, Principal> = {
  'agent-token': AGENT_PRINCIPAL,
  'admin-token': principal('organization'),
};
export const AGENT = { authorization: 'Bearer agent-token' };
export const ADMIN = { authorization: 'Bearer admin-token' };
export const JSON_TYPE = { 'content-type': 'application/json' };

export const PROTECTION: ProtectionSettings = {
  publicUrl: 'https://door.example',
  webhookBaseUrl: 'https://hooks.example',
  allowedHosts: ['other.example'],
  allowedOrigins: ['https://app.example'],
  corsAllowedOrigins: ['https://pages.example'],
  trustProxy: 1,
  trustedProxies: LOOPBACK_NETWORKS,
  httpRateLimitPerIp: PLENTY, // tests ask often; those of the limits say their own
  httpRateLimitGlobal: PLENTY,
  principalRateLimit: PLENTY,
  adminIpAllowlist: [],
  webhookIpAllowlist: [],
  ipDenylist: [],
};

interface Fault {
  readonly fault: unknown;
  readonly requestId: string;
}

export interface Options extends ServerOptions {
  readonly waitMs?: number;
  readonly parts?: Partial<ServerParts>;
  readonly settings?: Partial<ServerParts['settings']>;
}

/** Makes the parts of a server; `open` lets slow actions end, `begun` counts them. */
export function server({ thinLane = true, waitMs = 10_000, parts = {}, settings = {}, ...options }: Options = {}) {
  const faults: Fault[] = [];
  const unauthenticated: string[] = [];
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let begun = 0;
  const catalogue = catalogueOf(() => {
    begun++;
    return gate;
  });
  const ledger = fakeLedger(catalogue.byName);
  const ids = createIds(clock, systemEntropy());
  const perform = createPerform({
    catalogue,
    ledger,
    executor: createExecutor({
      ledger,
      catalogue,
      maxInFlight: 100,
      maxPerOrganization: 100,
      tickMs: 60_000,
      clock,
      onFault: () => {},
    }),
    directory: {
      organizationOf: async () => null,
      hasOrganization: async () => true,
      defaultOrganization: 'org_default',
    },
    readBucket: () => null,
    ids,
    clock,
    waitMs,
  });
  const made = createServer(
    {
      catalogue,
      perform,
      directory: { organizationOf: async (agent) => (agent === 'agt_1' ? 'org_default' : null) },
      metrics: createMetrics({ ofProcess: false }),
      authenticate: async ({ bearer }) =>
        bearer !== null && Object.hasOwn(PRINCIPALS, bearer) ? PRINCIPALS[bearer]! : null,
      unauthenticated: (prefix) => void unauthenticated.push(prefix),
      ready: () => true,
      consoleFiles: new Map([['index.html', { type: 'text/html; charset=utf-8', body: new Uint8Array() }]]),
      clock,
      ids,
      version: VERSION,
      onFault: (fault, requestId) => void faults.push({ fault, requestId }),
      settings: {
        ...PROTECTION,
        maxBodyBytes: MAX_BODY_BYTES,
        requestTimeoutMs: 60_000,
        waitMs,
        hsts: true,
        legacySse: true,
        sseQueryToken: true,
        ...settings,
      },
      ...parts,
    },
    { thinLane, ...options },
  );
  return { ...made, faults, unauthenticated, open, begun: () => begun, catalogue, perform };
}

/** The same, listening on a free port of loopback until the test or file ends. */
export async function listening(options: Options = {}, finished: (end: () => Promise<void>) => void = onTestFinished) {
  const made = server(options);
  const { port, close } = await made.listen('127.0.0.1', 0);
  finished(async () => {
    made.open();
    await close(0);
  });
  return { ...made, port, close, url: (path: string) => `http://127.0.0.1:${port}${path}` };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is for the test to say
  readonly json: any;
}

/** A request as Node sends it: unlike `fetch`, any Host, any method, an answer before the body is sent. */
export async function ask(
  port: number,
  path: string,
  {
    method = 'POST',
    headers = {},
    body,
    open = false,
  }: { method?: string; headers?: Record<string, string | string[]>; body?: string | Uint8Array; open?: boolean } = {},
): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false });
  request.on('error', () => {}); // an answer may come before all is written
  if (body !== undefined) request.write(body);
  if (open) request.flushHeaders();
  else request.end();
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  request.destroy();
  return { status: response.statusCode, headers: response.headers, text, json: parsed(text) };
}

/** A POST of JSON to an action as the agent, unless other headers are given. */
export const act = (port: number, path: string, input: unknown, headers: Record<string, string> = AGENT) =>
  ask(port, path, { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(input) });

/** Sends bytes as they are and gives back all that comes until the server ends the connection. */
export async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

function parsed(text: string): unknown {
  const event = /^event: message\ndata: (.*)\n\n$/.exec(text);
  try {
    return JSON.parse(event?.[1] ?? text);
  } catch {
    return undefined;
  }
}

const mintFor = (action: ActionId): Mint => ({
  action,
  id: (prefix) => `${prefix}_1`,
  bytes: (n) => new Uint8Array(n),
});
