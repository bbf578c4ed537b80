/**
 * Nobody gives to a program what they lack, and a program gives nothing: whoever has found a key could otherwise make
 * another that outlives the discovery.
 */
import { type AnyGuard, type Deny, guard } from '../../guard/guard.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { type Ungiven, ungiven } from '../rules/giving.ts';
import type { Operation } from '../rules/granting.ts';

interface Input {
  readonly scopes: readonly string[];
}

export const givingGuard = (operations: () => readonly Operation[]): AnyGuard =>
  guard<Input>()({
    id: 'giving',
    stage: 'authorise',
    needs: {},
    judge: ({ by, org, input }) =>
      by.kind === 'service'
        ? [deny('forbidden', 'A key or service makes no others; ask an owner of the organisation.', 'nobody gives')]
        : ungiven(by, org, input.scopes, operations()).map((fault) =>
            deny(
              fault.why === 'unknown' ? 'invalid_input' : 'forbidden',
              sentenceOf(fault, input.scopes),
              'nobody gives what they lack',
            ),
          ),
  });

/** What nobody knows is the caller's own word, and is told by its place. */
function sentenceOf({ name, scope, why }: Ungiven, names: readonly string[]): string {
  switch (why) {
    case 'unknown':
      return `scopes.${names.indexOf(name)}: is neither a scope nor an action that a program may have.`;
    case 'of the platform':
      return `scopes: ${name} is for programs of the platform alone; name org_platform in organizationId.`;
    case 'lacked':
      return `scopes: ${name} needs the right ${scope}, which you do not have to give.`;
    case 'not without its scope':
      return `scopes: ${name} needs ${scope} too; name both.`;
  }
}

export const futureExpiry: AnyGuard = guard<{ readonly expiresAt?: string }>()({
  id: 'future-expiry',
  stage: 'validate',
  needs: {},
  judge: ({ input: { expiresAt }, now }) =>
    expiresAt === undefined || Date.parse(expiresAt) > now
      ? []
      : [
          deny(
            'invalid_input',
            'expiresAt: lies in the past; leave it out, or name a later time.',
            'form of an expiry',
          ),
        ],
});

const deny = (code: ErrorCode, say: string, source: string): Deny => ({ is: 'deny', code, say, source });
