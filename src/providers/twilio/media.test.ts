import { expect, test } from 'vitest';
import { toBase64, toUtf8 } from '../../kernel/encoding.ts';
import { type FetchMedia, fetchTwilioMedia } from './media.ts';

const CREDENTIALS = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'c0ffee'.repeat(5) };
const signal = new AbortController().signal;
const picture = { url: 'https://api.twilio.com/1', contentType: 'image/jpeg' };

const answering =
  (contents: Readonly<Record<string, Uint8Array | null>>, asked: string[] = []): FetchMedia =>
  async (url, { authorization }) => {
    asked.push(authorization);
    return contents[url] ?? null;
  };

test('files are fetched with the account’s credentials and named by their type', async () => {
  const asked: string[] = [];
  const found = await fetchTwilioMedia(
    [picture],
    CREDENTIALS,
    answering({ [picture.url]: toUtf8('jpeg') }, asked),
    signal,
  );
  expect(found).toEqual({
    attachments: [{ filename: 'media-1.jpg', contentType: 'image/jpeg', content: toBase64(toUtf8('jpeg')) }],
    omitted: [],
  });
  expect(asked).toEqual([`Basic ${btoa(`${CREDENTIALS.accountSid}:${CREDENTIALS.authToken}`)}`]);
});

test('what can’t be had is told, and the rest is kept', async () => {
  const other = { url: 'https://api.twilio.com/2', contentType: 'application/x-strange' };
  const found = await fetchTwilioMedia([picture, other], CREDENTIALS, answering({ [other.url]: toUtf8('x') }), signal);
  expect(found.attachments).toMatchObject([{ filename: 'media-2.bin' }]);
  expect(found.omitted).toEqual(['media-1.jpg: it could not be fetched, or is too large']);
});

test('a program is left out, whatever it calls itself', async () => {
  const program = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);
  const found = await fetchTwilioMedia([picture], CREDENTIALS, answering({ [picture.url]: program }), signal);
  expect(found).toEqual({ attachments: [], omitted: ['media-1.jpg: a program'] });
});

test('files that are too large together are left out from there on', async () => {
  const large = new Uint8Array(5 * 1024 * 1024);
  const media = [1, 2, 3].map((n) => ({ url: `https://api.twilio.com/${n}`, contentType: 'image/png' }));
  const contents = Object.fromEntries(media.map(({ url }) => [url, large]));
  const found = await fetchTwilioMedia(media, CREDENTIALS, answering(contents), signal);
  expect(found.attachments).toHaveLength(2);
  expect(found.omitted).toHaveLength(1);
});

test('another host than Twilio’s is not asked, and gets no credentials', async () => {
  const asked: string[] = [];
  const media = ['https://twilio.com.example/1', 'https://xtwilio.com/1'].map((url) => ({
    url,
    contentType: 'image/png',
  }));
  const found = await fetchTwilioMedia(media, CREDENTIALS, answering({}, asked), signal);
  expect(found.omitted).toHaveLength(2);
  expect(asked).toEqual([]);
});

test('without credentials nothing is asked', async () => {
  const asked: string[] = [];
  expect(await fetchTwilioMedia([picture], {}, answering({}, asked), signal)).toEqual({ attachments: [], omitted: [] });
  expect(asked).toEqual([]);
});
