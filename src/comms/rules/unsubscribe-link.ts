/**
 * Whether a mail shows its reader a way out (CAN-SPAM, 15 USC 7704(a)(3) and (5): a clear and conspicuous notice with a working
 * address; C21 asks to warn when there is none). A heuristic for a warning: it looks for a link whose words, address or
 * neighbourhood speak of unsubscribing, in some languages. It does not follow the link, and does not replace RFC 8058's headers,
 * which a mail program shows and the mail itself does not.
 */
import type { OutboundMessage } from '../provider-ports.ts';

/** UTF-16 units; the way out is at the end, so of more than this the end is read. */
const MAX_READ_CHARS = 200_000;
/** How far from a link its words may stand. */
const BEFORE_CHARS = 120;
const AFTER_CHARS = 60;

const compact = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]+/gu, '')
    .toLowerCase()
    .replace(/[\s\u2010-\u2015'’-]+/g, ' ');

/** As people write them; compared without accents, hyphens and apostrophes. */
const WORDS: readonly string[] = [
  'unsubscribe, opt out, optout, stop receiving, no longer wish to receive, remove me from, email preferences, mail preferences, manage preferences, manage your preferences, communication preferences, manage subscription, manage your subscription', // en
  'abmelden, abbestellen, austragen, keine e-mails mehr, keine weiteren e-mails', // de
  'désabonner, désabonnement, désinscrire, désinscription, ne plus recevoir', // fr
  'darse de baja, darte de baja, dar de baja, date de baja, cancelar la suscripción, cancelar suscripción, cancelar tu suscripción, desuscribir, dejar de recibir', // es
  'cancelar inscrição, cancelar a inscrição, cancelar subscrição, cancelar a subscrição, cancelar a assinatura, descadastrar, deixar de receber', // pt
  'disiscriv, disiscrizione, annulla iscrizione, annulla l iscrizione, annullare l iscrizione, cancella iscrizione, non ricevere più', // it
  'afmelden, uitschrijven', // nl
  'wypisz, wypisać, zrezygnuj z subskrypcji, rezygnacja z subskrypcji', // pl
  'avregistrera, avprenumerera, avsluta prenumeration', // sv
  'afmeld, frameld, afmeld nyhedsbrev', // da
  'avmeld, meld deg av', // no
  'peruuta tilaus, poistu listalta, lopeta tilaus', // fi
  'odhlásit, odhlášení, odhlásiť', // cs, sk
  'leiratkozás, leiratkozom', // hu
  'dezabona', // ro
  'abonelikten çık, listeden çık, abonelikten ayrıl', // tr
  'отписаться, отписка, відписатися, скасувати підписку', // ru, uk
  'διαγραφή, απεγγραφή', // el
  '配信停止, 登録解除, 購読解除', // ja
  '退订, 取消订阅, 退訂, 取消訂閱', // zh
  '수신거부, 수신 거부, 구독 취소, 구독취소', // ko
  'إلغاء الاشتراك', // ar
  'להסרה, הסרה מרשימת', // he
]
  .flatMap((line) => line.split(', '))
  .map(compact);

const IN_ADDRESS =
  /unsub|opt-?_?out|optout|abmeld|abbestell|austrag|desabonn|desinscri|darse-?de-?baja|\/baja\b|descadastr|disiscri|afmeld|uitschrijv|wypis|avregist|avmeld|odhlas|preferences/i;
const LINK = /(?:https?:\/\/|mailto:)[^\s<>"')\]]{1,2000}/gi;

const speaksOfIt = (text: string): boolean => {
  const read = compact(text);
  return WORDS.some((word) => read.includes(word));
};

/**
 * True when a mail ought to show a way out and does not. An answer in an open conversation needs none; everything else is read,
 * because the purpose is what the caller says it is.
 */
export function lacksUnsubscribe({ body, html, purpose }: Pick<OutboundMessage, 'body' | 'html' | 'purpose'>): boolean {
  if (purpose === 'conversational') return false;
  // a reader sees one part or the other: each that is there needs the link
  const parts = [
    body.trim() === '' && html !== undefined ? null : textShowsIt(body),
    html === undefined ? null : htmlShowsIt(html),
  ];
  return parts.some((shows) => shows === false);
}

/** Links among words, with what stands around each. */
function textShowsIt(text: string): boolean {
  const end = text.slice(-MAX_READ_CHARS);
  for (const { 0: address, index } of end.matchAll(LINK)) {
    if (IN_ADDRESS.test(address) || speaksOfIt(around(end, index, index + address.length))) return true;
  }
  return false;
}

const around = (text: string, from: number, to: number): string =>
  `${text.slice(Math.max(0, from - BEFORE_CHARS), from)} ${text.slice(to, to + AFTER_CHARS)}`;

/** What is not shown: comments, and elements whose content is no text. Each is closed or runs to the end. */
const UNSHOWN = /<!--[\s\S]*?(?:-->|$)|<(style|script|head|title|template|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const TAG = /<(\/?)([a-z][a-z0-9]{0,20})\b([^<>]{0,4000})>|<[^<>]{0,4000}>/gi;
const HREF = /\bhref\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))/i;
const HIDES =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:[;"']|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:[;"']|$)|\bhidden\b(?!\s*:)/i;

function htmlShowsIt(html: string): boolean {
  const shown = html.slice(-MAX_READ_CHARS).replace(UNSHOWN, ' ');
  let text = '';
  let last = 0;
  const links: { address: string; from: number; to: number }[] = [];
  let open: { address: string; from: number } | null = null;
  const close = () => {
    if (open !== null) links.push({ ...open, to: text.length });
    open = null;
  };
  for (const match of shown.matchAll(TAG)) {
    text += unescaped(shown.slice(last, match.index));
    last = match.index + match[0].length;
    const [, slash, name, attributes = ''] = match;
    if (name?.toLowerCase() !== 'a') {
      text += ' ';
      continue;
    }
    close();
    const href = HREF.exec(attributes);
    const address = unescaped(href?.[1] ?? href?.[2] ?? href?.[3] ?? '');
    if (slash === '' && /^(?:https?:|mailto:|\{)/i.test(address.trim()) && !HIDES.test(attributes))
      open = { address, from: text.length };
  }
  text += unescaped(shown.slice(last));
  close();
  return links.some(({ address, from, to }) => {
    const words = text.slice(from, to);
    if (words.trim() === '') return false; // nothing to click on
    return IN_ADDRESS.test(address) || speaksOfIt(words) || speaksOfIt(around(text, from, to));
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', nbsp: ' ', shy: '', apos: "'", rsquo: '’' };
const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,10}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? letterOf(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : ' ';
  });

/** `&eacute;` and its like: the letter is enough, accents are not compared. */
const letterOf = (name: string): string | undefined =>
  /^[A-Za-z](?:acute|grave|circ|uml|tilde|cedil|ring|caron)$/.test(name) ? name[0] : undefined;
