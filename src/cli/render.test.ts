import { describe, expect, test } from 'vitest';
import { renderJson, renderText } from './render.ts';

const text = (value: unknown, width = 80) => renderText(value, { width });

describe('text for people', () => {
  test('aligns fields and tells nothing, yes and no in words', () => {
    expect(text({ id: 'agt_1', sandbox: true, expiresAt: null, missing: [] })).toBe(
      'id         agt_1\nsandbox    yes\nexpiresAt  –\nmissing    –',
    );
  });

  test('shows money as money, also where a row names it', () => {
    expect(
      text({
        cost: 7_900,
        limits: [
          { name: 'spendPerDay', used: 1_000_000 },
          { name: 'perDay', used: 3 },
        ],
      }),
    ).toBe('cost  $0.0079\nlimits\n  name         used\n  spendPerDay  $1.00\n  perDay       3');
  });

  test('makes a table of what fits, and blocks of what does not', () => {
    const rows = {
      tokens: [
        { id: 'a', works: true },
        { id: 'bb', works: false },
      ],
    };
    expect(text(rows)).toBe('tokens\n  id  works\n  a   yes\n  bb  no');
    expect(text(rows, 8)).toBe('tokens\n  id     a\n  works  yes\n\n  id     bb\n  works  no');
  });

  test('remarks on a field', () => {
    expect(renderText({ token: 'x' }, { width: 80, remarks: { token: 'shown this once' } })).toBe(
      'token  x   (shown this once)',
    );
  });
});

test.for(['\u001b[2J', '\u009b2J', '\r', 'a\nb', '\u202e', '\u2028', '\u007f'])(
  'a message with %j neither steers the terminal nor forges a line',
  (body) => {
    for (const shown of [text({ body }), text({ list: [{ body }] }), text({ list: [body] }), renderJson({ body })]) {
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}]/u);
    }
    expect(text({ body })).not.toMatch(/[\n\u2028\u202e]/u);
    expect(JSON.parse(renderJson({ body }))).toEqual({ body });
  },
);
