/**
 * Whether the server that took a mail in vouches that it comes from the domain in its `From` (RFC 8601). Threat: anyone can
 * write anyone's name into a mail, and results of checks that nobody made into its header; a forged START would lift a STOP.
 *
 * Believed is only what Amazon's inbound servers, which take mail in for Resend, wrote themselves: lines above the second
 * `Received`, of which the first names such a server, and there exactly one result, under Amazon's name. Whoever forges one adds
 * a second. Without the mail's own lines in their order nothing is believed: as JSON, Resend hands on one line of each name.
 */
export interface HeaderLine {
  /** Lower case. */
  readonly key: string;
  readonly value: string;
}

/** https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html */
const TAKEN_IN = /\bby inbound-smtp\.[a-z0-9-]{1,30}\.amazon(?:aws|ses)\.com\b/i;
const BY_AMAZON = /^\s*amazonses\.com\s*;/i;
const MAX_RESULT_CHARS = 4_000;

/** @param lines the whole header, from the top. @param author the address in `From`, in normal form. */
export function isVouchedFor(lines: readonly HeaderLine[], author: string): boolean {
  const received = lines.flatMap(({ key }, i) => (key === 'received' ? [i] : []));
  const [first, second = lines.length] = received;
  if (first === undefined || !TAKEN_IN.test(lines[first]!.value)) return false;
  const results = lines.slice(0, second).filter(({ key }) => key === 'authentication-results');
  const [result, ...others] = results.map(({ value }) => value.slice(0, MAX_RESULT_CHARS));
  if (result === undefined || others.length > 0 || !BY_AMAZON.test(result)) return false;
  const domain = author.slice(author.lastIndexOf('@') + 1).toLowerCase();
  return passes(result).some((signed) => domain === signed || domain.endsWith(`.${signed}`));
}

/** Domains that a signature (DKIM) or the domain's own policy (DMARC) proved. */
function passes(result: string): readonly string[] {
  return withoutComments(result)
    .split(';')
    .flatMap((part) => {
      const dkim = /^\s*dkim=pass\b.*?\sheader\.(?:i=\S*@|d=)([a-z0-9.-]+)/is.exec(part);
      const dmarc = /^\s*dmarc=pass\b.*?\sheader\.from=([a-z0-9.-]+)/is.exec(part);
      return [dkim?.[1] ?? '', dmarc?.[1] ?? ''].filter((domain) => domain.includes('.'));
    })
    .map((domain) => domain.toLowerCase());
}

/** A comment (RFC 5322 §3.2.2) may quote what the sender said. */
const withoutComments = (result: string): string => result.replace(/"[^"]*"/g, '""').replace(/\([^()]*\)/g, ' ');
