import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlText } from './html-text.ts';

describe('a page’s text', () => {
  it.for([
    ['<p>Hello <b>world</b></p><p>Again</p>', 'Hello world\nAgain'],
    ['a<script>alert(1)</script>b<style>p{}</style>c', 'abc'],
    ['a<SCRIPT src="x">alert("</p>")</Script >b', 'ab'],
    ['a<!-- <p>no</p> -->b', 'ab'],
    ['Tom &amp; Jerry &#8364;5 &#x41; &nbsp;x &unknown;', 'Tom & Jerry €5 A x &unknown;'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['<title>T</title><h1>H</h1>text', 'T\nH\ntext'],
    ['<tr><td>a</td><td>b</td></tr>', 'a b'],
    ['a<script>never ends', 'a'],
    ['a<!-- never ends', 'a'],
    ['a<b never ends', 'a'],
    ['&#0;&#55296;&#9999999;', '&#0;&#55296;&#9999999;'],
    ['a\u202eb\u0007c', 'a b c'],
    ['', ''],
  ])('%s', ([html, text]) => {
    expect(htmlText(html!)).toBe(text);
  });

  it('of anything is found, without tags that are closed', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '<p>',
      '</p>',
      '<script>',
      '</script>',
      '<!--',
      '-->',
      '&amp;',
      'x',
      '"',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
        (html) => {
          expect(htmlText(html)).not.toMatch(/<\/?(?:p|script)>/);
        },
      ),
    );
  });

  it.for(['<', '<a', '<script', '<script>', '<!--', '</', '&#', '<a "', '<svg><'])(
    'of a page made of %s takes as long as of any other',
    (piece) => {
      const begun = performance.now();
      htmlText(piece.repeat(500_000 / piece.length));
      expect(performance.now() - begun).toBeLessThan(1_500);
    },
  );
});
