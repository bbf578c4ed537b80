import { describe, expect, it } from 'vitest';
import { lacksUnsubscribe } from './unsubscribe-link.ts';

const text = (body: string) => lacksUnsubscribe({ body, purpose: 'marketing' });
const html = (html: string) => lacksUnsubscribe({ body: '', html, purpose: 'marketing' });

describe('a way out is seen', () => {
  it.each([
    'Unsubscribe: https://example.com/u/1',
    'If you no longer wish to receive these mails:\nhttps://example.com/out',
    'https://example.com/unsubscribe?u=1',
    'To opt out write to mailto:out@example.com',
    'Zum Abmelden hier klicken: https://example.com/a',
    'Se désabonner : https://example.com/d',
    'Darse de baja: https://example.com/b',
    'Cancelar a subscrição: https://example.com/b',
    'Per disiscriverti: https://example.com/x',
    'Отписаться: https://example.com/x',
    '配信停止はこちら https://example.com/x',
    '取消订阅 https://example.com/x',
    '수신거부 https://example.com/x',
    'إلغاء الاشتراك https://example.com/x',
    'Abonelikten çık: https://example.com/x',
  ])('in the text %j', (body) => expect(text(body)).toBe(false));

  it.each([
    '<a href="https://example.com/u">Unsubscribe</a>',
    '<A HREF=\'https://example.com/u\' style="color:#999"><span>un&shy;subscribe</span></A>',
    'To opt out click <a href="https://example.com/u">here</a>.',
    '<a href="https://example.com/email/unsubscribe/1">No more of this</a>',
    '<p>Vous pouvez vous <a href=https://example.com/u>d&eacute;sabonner</a></p>',
    '<a href="{{unsubscribe}}">Abmelden</a>',
  ])('in the HTML %j', (markup) => expect(html(markup)).toBe(false));
});

describe('no way out', () => {
  it.each([
    '',
    'Our autumn offer: https://example.com/offer',
    'You can unsubscribe.',
    'Reply STOP to opt out',
    `Unsubscribe${' x'.repeat(200)} https://example.com/offer`,
  ])('in the text %j', (body) => expect(text(body)).toBe(true));

  it.each([
    '<p>Buy!</p>',
    '<!-- <a href="https://example.com/u">unsubscribe</a> -->',
    '<style>a{}</style><template><a href="https://example.com/unsubscribe">x</a></template>',
    '<a href="https://example.com/unsubscribe" style="display:none">Unsubscribe</a>',
    '<a hidden href="https://example.com/unsubscribe">Unsubscribe</a>',
    '<a href="https://example.com/unsubscribe" style="font-size:0">Unsubscribe</a>',
    '<a href="https://example.com/unsubscribe"></a>',
    '<a href="https://example.com/unsubscribe"><img src="https://example.com/pixel.gif"></a>',
    '<a name="unsubscribe">Unsubscribe</a>',
    '<a href="javascript:alert(1)">Unsubscribe</a>',
    '<a href="#unsubscribe">Unsubscribe</a>',
  ])('in the HTML %j', (markup) => expect(html(markup)).toBe(true));

  it('when only one of two parts has it: a reader sees one of them', () => {
    const link = '<a href="https://example.com/u">Unsubscribe</a>';
    expect(lacksUnsubscribe({ body: 'Buy!', html: link, purpose: 'marketing' })).toBe(true);
    expect(
      lacksUnsubscribe({ body: 'Unsubscribe: https://e.example/u', html: '<p>Buy!</p>', purpose: 'marketing' }),
    ).toBe(true);
    expect(lacksUnsubscribe({ body: 'Unsubscribe: https://e.example/u', html: link, purpose: 'marketing' })).toBe(
      false,
    );
  });
});

it('an answer needs none; what calls itself transactional is read all the same', () => {
  expect(lacksUnsubscribe({ body: 'Yes, Friday.', purpose: 'conversational' })).toBe(false);
  expect(lacksUnsubscribe({ body: 'Buy!', purpose: 'transactional' })).toBe(true);
});

it.each(['<a ', '<a href="', '<!--', '<style>', 'https://', 'https://a ', 'unsubscribe ', '<', '&#', "href='"])(
  'reads a megabyte of %j in bounded work',
  (piece) => {
    const startedAt = performance.now();
    const much = piece.repeat(Math.ceil(1_000_000 / piece.length));
    lacksUnsubscribe({ body: much, html: much, purpose: 'marketing' });
    expect(performance.now() - startedAt).toBeLessThan(5_000); // 60 ms in practice
  },
);
