import { describe, expect, it } from 'vitest';
import { isVouchedFor } from './vouched.ts';

const OURS = {
  key: 'received',
  value: 'from mx.example.org (mx.example.org [192.0.2.7]) by inbound-smtp.eu-west-1.amazonaws.com with SMTP id x',
};
const result = (value: string) => ({ key: 'authentication-results', value });
const PASS = result(
  'amazonses.com; spf=pass (spfCheck: domain of example.org) client-ip=192.0.2.7; dkim=pass header.i=@example.org; dmarc=none header.from=example.org;',
);
const HOP = { key: 'received', value: 'from laptop by mx.example.org' };
const AUTHOR = 'bob@example.org';

describe('a mail is vouched for', () => {
  it.each([
    ['a signature of its domain', [OURS, PASS, HOP], AUTHOR],
    ['a signature of the domain above', [OURS, PASS], 'bob@mail.example.org'],
    ['the policy of its domain', [OURS, result('amazonses.com; dmarc=pass header.from=example.org')], AUTHOR],
  ])('by %s', (_, lines, author) => expect(isVouchedFor(lines, author)).toBe(true));

  it.each([
    ['without a result', [OURS, HOP]],
    ['without the server that took it in', [PASS]],
    ['when another server took it in', [HOP, PASS]],
    ['by a result below another server', [OURS, HOP, PASS]],
    ['by two results, one of them forged', [OURS, result('amazonses.com; dkim=fail header.i=@example.org'), PASS]],
    ['by another checker', [OURS, result('mx.evil.example; dkim=pass header.i=@example.org')]],
    ['by the envelope’s domain alone', [OURS, result('amazonses.com; spf=pass envelope-from=x@example.org')]],
    ['by a signature of another domain', [OURS, result('amazonses.com; dkim=pass header.i=@evil.example')]],
    ['by a name that only ends alike', [OURS, result('amazonses.com; dkim=pass header.i=@ample.org')]],
    ['by a top-level domain', [OURS, result('amazonses.com; dkim=pass header.i=@org')]],
    [
      'by what a comment or a quotation says',
      [
        OURS,
        result('amazonses.com; dkim=fail (x; dkim=pass header.d=example.org); spf="a; dkim=pass header.d=example.org"'),
      ],
    ],
    [
      'by a failed signature beside',
      [OURS, result('amazonses.com; dkim=fail header.i=@example.org; dkim=pass header.i=@evil.example')],
    ],
  ])('not %s', (_, lines) => expect(isVouchedFor(lines, AUTHOR)).toBe(false));

  it('in bounded work', () => {
    const startedAt = performance.now();
    isVouchedFor([OURS, result(`amazonses.com; ${'dkim=pass ('.repeat(100_000)}`)], AUTHOR);
    isVouchedFor([OURS, result(`amazonses.com; dkim=pass ${' header.'.repeat(100_000)}`)], AUTHOR);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
