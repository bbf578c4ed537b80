/** The answers of every action (answer.ts, problems.ts) as JSON Schema, for OpenAPI: what does not depend on the action. */
import { STAGES } from '../guard/guard.ts';
import { ERROR_CODES } from '../kernel/errors.ts';

const TEXT = { type: 'string' } as const;
const MOMENT = { type: 'string', format: 'date-time' } as const;
const SPAN_MS = { type: 'integer', minimum: 0, description: 'Milliseconds.' } as const;
const CODE = { enum: [...ERROR_CODES] } as const;
const ACTION_ID = { type: 'string', description: 'What to ask audit_why about.' } as const;

const list = (of: string) => ({ type: 'array', items: { $ref: `#/components/schemas/${of}` } }) as const;

/** By the name under `#/components/schemas/`. */
export const ANSWER_SCHEMAS = {
  Warning: {
    type: 'object',
    properties: { code: TEXT, say: TEXT },
    required: ['code', 'say'],
  },
  Meta: {
    type: 'object',
    description: 'What became of the action, beside its own output.',
    properties: {
      status: { enum: ['done', 'pending'], description: 'pending: the outcome is not known yet.' },
      actionId: { ...ACTION_ID, type: ['string', 'null'] },
      warnings: list('Warning'),
    },
    required: ['status', 'actionId', 'warnings'],
  },
  Held: {
    type: 'object',
    description: 'It waits for an administrator; nothing was done and nothing is reserved.',
    properties: {
      status: { const: 'held' },
      actionId: ACTION_ID,
      until: { ...MOMENT, description: 'When it can no longer be approved.' },
      reasons: {
        type: 'array',
        items: { type: 'object', properties: { policy: TEXT, say: TEXT }, required: ['policy', 'say'] },
      },
    },
    required: ['status', 'actionId', 'until', 'reasons'],
  },
  Explained: {
    type: 'object',
    description: 'A dry run: every rule and its verdict; nothing was done.',
    properties: { verdict: { enum: ['allow', 'hold', 'deny'] }, checks: list('Check') },
    required: ['verdict', 'checks'],
  },
  Check: {
    type: 'object',
    properties: {
      guard: TEXT,
      stage: { enum: [...STAGES] },
      verdict: { enum: ['pass', 'takes', 'warn', 'hold', 'deny'] },
      findings: {
        type: 'array',
        items: {
          type: 'object',
          properties: { is: { enum: ['deny', 'hold', 'warn', 'duty', 'take'] } },
          required: ['is'],
        },
      },
    },
    required: ['guard', 'stage', 'verdict', 'findings'],
  },
  Reason: {
    type: 'object',
    properties: {
      guard: { ...TEXT, description: 'The rule that refused.' },
      code: CODE,
      say: TEXT,
      source: { ...TEXT, description: 'The law, term or setting behind the rule.' },
      retryAfterMs: SPAN_MS,
    },
    required: ['guard', 'code', 'say'],
  },
  Issue: {
    type: 'object',
    properties: { path: { ...TEXT, description: 'Where, such as limits.perDay.' }, message: TEXT },
    required: ['path', 'message'],
  },
  Problem: {
    type: 'object',
    description: 'A refusal or failure (RFC 9457).',
    properties: {
      type: { ...TEXT, format: 'uri', description: 'urn:sallyport:problem: and the code.' },
      title: TEXT,
      status: { type: 'integer' },
      code: { ...CODE, description: 'Stable; branch on it.' },
      detail: { ...TEXT, description: 'A sentence for whoever asked.' },
      instance: { ...TEXT, format: 'uri', description: 'Names the request.' },
      errors: list('Issue'),
      reasons: list('Reason'),
      retryAfterMs: { ...SPAN_MS, description: 'Milliseconds until trying again may help.' },
      actionId: ACTION_ID,
      output: { description: 'What the action answers although it failed.' },
    },
    required: ['type', 'title', 'status', 'code', 'detail', 'instance'],
  },
} as const;
