import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { everyHtmlWord, htmlText, unescapeHtml } from './html-text.ts';

test('words and lines are kept, markup goes', () => {
  expect(
    htmlText('<html><head><title>t</title></head><body><p>Hello <b>Bob</b>,</p><p>two<br>lines</p></body></html>'),
  ).toBe('Hello Bob,\n\ntwo\nlines');
  expect(htmlText('<div>a</div><div>b</div>')).toBe('a\nb');
  expect(htmlText('<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>')).toBe('1 2\n3');
});

test('quoted blocks become quoted lines', () => {
  expect(htmlText('STOP<blockquote>ours<blockquote>theirs</blockquote></blockquote>after')).toBe(
    'STOP\n\n> ours\n\n> > theirs\n\nafter',
  );
});

test.each([
  '<script>alert(1)</script>x',
  '<SCRIPT src=a>1<2</SCRIPT >x',
  '<style>p{}</style>x',
  '<!-- a --><!-- > -->x',
  '<a title="a > b" href=\'c > d\'>x</a>',
  '<!doctype html>x',
  '<?xml version="1.0"?>x',
  'x<svg><text>y</text></svg>',
  'x<script>never closed',
  'x<!-- never closed',
  '<!-->x<!-- a --!>',
])('%s says x', (html) => expect(htmlText(html)).toBe('x'));

test('"less than" is no markup', () => {
  expect(htmlText('1 < 2 and 2 <3')).toBe('1 < 2 and 2 <3');
  expect(htmlText('<3')).toBe('<3');
});

test('character references are read once', () => {
  expect(unescapeHtml('&amp;lt;b&amp;gt; &eacute;&Uuml;&szlig; &#8364;&#x20AC; &nope; &')).toBe(
    '&lt;b&gt; éÜß €€ &nope; &',
  );
  expect(htmlText('&lt;script&gt;')).toBe('<script>');
  expect(unescapeHtml('&#107ill &#x6Bing &#0000000000107;ey k&ZeroWidthSpace;it &Longer_name;')).toBe(
    'kill king key kit &Longer_name;',
  );
  expect(unescapeHtml('a&#0;b&#10;c&#xD800;d&#x110000;e&#x202;')).toBe('a b c d eȂ');
});

it('loses no word of a text that holds no markup', () => {
  const words = fc.array(fc.stringMatching(/^[a-zA-Zäöüß0-9.,!?]{1,12}$/), { minLength: 1 });
  fc.assert(fc.property(words, (list) => htmlText(`<p>${list.join(' ')}</p>`) === list.join(' ')));
});

it.each([
  '<',
  '<a ',
  '<!--',
  '<script>',
  '</',
  '<a href="',
  "<a b='",
  '<a alt="',
  " alt='",
  '&#0',
  '--!',
  '&',
  '&#1',
  '<blockquote>',
  '<br>',
  '<p>',
  '"',
  '<svg ',
  '\n<',
])('reads a megabyte of %j in bounded work', (piece) => {
  const startedAt = performance.now();
  const html = piece.repeat(Math.ceil(1_000_000 / piece.length));
  htmlText(html);
  everyHtmlWord(html);
  expect(performance.now() - startedAt).toBeLessThan(5_000); // 30 ms in practice, 10 s and more when it grows with the square
});
