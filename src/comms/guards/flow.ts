/**
 * Information flow (FIDES, arXiv 2505.23643): an agent that has read untrusted content may answer who wrote it. What those
 * words could have chosen, a new recipient, a new link or a high spend, is held for a person, or refused. Threat: prompt
 * injection, which no model withstands; so nothing here looks at what the words say, only at where they came from.
 *
 * It does not keep the agent from telling a verified sender too much: for what is secret there is `output-filter`.
 */
import type * as z from 'zod';
import { need } from '../../guard/facts.ts';
import { type AnyGuard, type Finding, guard } from '../../guard/guard.ts';
import type { FieldKind } from '../../guard/input/fields.ts';
import { type TextAt, textFields, textsIn } from '../../guard/input/inspect.ts';
import { type Link, linksIn, linksInHtml } from '../../guard/output/links.ts';
import { type FlowPolicy, isTrustedHost } from '../../tenancy/flow-policy.ts';
import { commsFacts, type Relationship } from '../facts.ts';
import { ofPolicy } from '../fences.ts';
import { ownRelationship } from '../needs.ts';
import { contactOf, type Outreach } from '../recipient.ts';
import { type Priced, reserveFor } from '../reserve.ts';
import { readableText } from '../rules/attachment-text.ts';
import { everyHtmlWord, htmlText, unescapeHtml } from '../rules/html-text.ts';
import { actingAgent, FLOW_GUARD, flowFindings, isUntrusted, policyOf } from './flow-finding.ts';

type Input = Priced & {
  readonly attachments?: readonly { readonly filename: string; readonly content: string }[] | undefined;
};

/** Whether the recipient wrote what the agent has read; asked only where something untrusted was. */
const vouchedSender = need<Outreach>()(commsFacts.vouchedSender, ({ agent, input, label }) => {
  const contact = contactOf(input);
  return agent === null || contact === null || label.integrity === 'trusted'
    ? null
    : { agent, contact, channel: input.channel, sources: label.sources };
});

/** All but ids, addresses and files: whatever somebody may read or hear. */
const MAY_HOLD_LINKS: ReadonlySet<FieldKind> = new Set([
  ...(['name', 'subject', 'url', 'filename', 'code', 'prose', 'inbound', 'search', 'secret', 'html'] as const),
]);

/** @param input the action's own schema: all its texts are read for links. @param ttlMs how long an approval may be waited for. */
export function flowGuard(input: z.ZodObject, ttlMs: number): AnyGuard {
  const fields = textFields(input);
  return guard<Input>()({
    id: FLOW_GUARD,
    stage: 'approve',
    needs: { agent: actingAgent, relationship: ownRelationship, vouched: vouchedSender },
    fences: ofPolicy,
    judge(request, { agent, relationship, vouched }): readonly Finding[] {
      const policy = policyOf(agent);
      const { input: asked } = request;
      const untrusted = isUntrusted(request);
      const findings: Finding[] = [];
      const find = (kind: Parameters<typeof flowFindings>[1]['kind'], on: 'hold' | 'deny', fact?: string) =>
        findings.push(...flowFindings(request, { kind, on, ttlMs, ...(fact ? { fact } : {}) }));

      if (untrusted && vouched === null && !isKnown(relationship)) find('new_recipient', policy.newRecipient);
      const onLink = untrusted ? policy.newLink : policy.unlabelledLinks;
      if (onLink !== 'allow') {
        const place = newLinkAt(asked, textsIn(fields, MAY_HOLD_LINKS, asked), policy);
        if (place !== null) find('new_link', onLink, `field ${place}`);
      }
      if (untrusted && (asked.attachments ?? []).some((file) => readableText(file.content) === null))
        find('unread_attachment', policy.newLink, 'field attachments');
      const cost = reserveFor(asked)?.cost ?? Number.POSITIVE_INFINITY;
      if (untrusted && cost > policy.spendAbove) find('spend', policy.spend, `${cost} micro-units of USD`);
      return findings;
    },
  });
}

const isKnown = (relationship: Relationship | null): boolean => (relationship?.knownAt ?? null) !== null;

/** The first field with a link that nobody trusted has named; the recipient's own mail address is none. */
function newLinkAt(input: Input, texts: Iterable<TextAt>, policy: FlowPolicy): string | null {
  const own = contactOf(input);
  const isNew = ({ host, mail }: Link): boolean =>
    !(mail !== undefined && mail === own) && (host === null || !isTrustedHost(policy, host));
  for (const { path, kind, text } of texts) if (linksOf(kind, text).some(isNew)) return path;
  for (const { content } of input.attachments ?? []) {
    const text = readableText(content);
    if (text !== null && [...linksIn(text), ...linksInHtml(unescapeHtml(text))].some(isNew)) return 'attachments';
  }
  return null;
}

function linksOf(kind: FieldKind, text: string): readonly Link[] {
  if (kind !== 'html') return linksIn(text);
  return [...linksInHtml(unescapeHtml(text)), ...[htmlText(text), everyHtmlWord(text)].flatMap(linksIn)];
}
