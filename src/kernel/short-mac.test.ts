import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortMac } from './short-mac.ts';

const official = (key: string | Uint8Array, message: string) => createHmac('sha256', key).update(message).digest('hex');

it('is HMAC-SHA-256, whatever the key and the messages, one after another', () => {
  const keys = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 200 }));
  const messages = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 900 }), fc.string()), { minLength: 1 });
  fc.assert(
    fc.property(keys, messages, (key, all) => {
      const mac = shortMac(key);
      for (const message of all) expect(mac(message)).toBe(official(key, message));
    }),
  );
});

// RFC 4231, test cases 1, 2 and 6
it.for([
  [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    Buffer.alloc(131, 0xaa),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
] as const)('gives what the RFC says: %#', ([key, message, mac]) => {
  expect(shortMac(key)(message)).toBe(mac);
});
