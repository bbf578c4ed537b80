import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from './line-reader.ts';

async function* chunked(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = (bytes: Uint8Array, size = 7) => Array.fromAsync(linesOf(chunked(bytes, size)));

test('gives the lines that were written, however the bytes are cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 50 }), async (lines, size) => {
      expect(await read(Buffer.from(lines.map((text) => `${text}\n`).join('')), size)).toEqual(lines);
    }),
  );
});

test('splits at LF alone', async () => {
  expect(await read(Buffer.from('a\rb\u2028c\r\nd'))).toEqual(['a\rb\u2028c\r', 'd']);
});

test('does not repair what is not UTF-8', async () => {
  expect(await read(Uint8Array.of(0x61, 0xff, 0x0a, 0x62))).toEqual(['\u{fffd}', 'b']);
});
