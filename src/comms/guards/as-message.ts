/**
 * Puts the rules about messages before an action whose input is none: what it would send stands in for its input, so that a
 * code or a call passes the same rules as a text, and not a copy of them.
 */
import type { Facts, Need, Needs } from '../../guard/facts.ts';
import type { AnyGuard } from '../../guard/guard.ts';
import type { Request } from '../../guard/request.ts';
import type { AnyFactKind } from '../../kernel/fact.ts';
import type { OutboundMessage } from '../provider-ports.ts';

type AnyNeed = Need<unknown, AnyFactKind>;

/** @param messageOf what the input would send, as far as rules may look at it; asked once an input. */
export function asMessage<I extends object>(
  messageOf: (input: I) => OutboundMessage,
  guards: readonly AnyGuard[],
): readonly AnyGuard[] {
  const messages = new WeakMap<I, OutboundMessage>();
  const seen = (request: Request<I>): Request<OutboundMessage> => {
    let message = messages.get(request.input);
    if (message === undefined) {
      message = messageOf(request.input);
      messages.set(request.input, message);
    }
    return { ...request, input: message };
  };
  const known = new Map<AnyNeed, AnyNeed>();
  const needOf = (asked: AnyNeed): AnyNeed =>
    known.getOrInsertComputed(asked, () => ({
      kind: asked.kind,
      key: (request) => asked.key(seen(request as Request<I>)),
    }));
  return guards.map((guard) => ({
    ...guard,
    needs: Object.fromEntries(
      Object.entries(guard.needs as Needs).map(([name, asked]) => [name, needOf(asked as AnyNeed)]),
    ),
    ...(guard.fences === undefined ? {} : { fences: (request: Request<I>) => guard.fences!(seen(request)) }),
    judge: (request: Request<I>, facts: Facts<Needs>) => guard.judge(seen(request), facts),
  }));
}
