/**
 * The links in a text: whatever a reader, or a reader's program, would take for a place to go. Threat: an agent that was told
 * to by what it read sends people to somebody's page (phishing), or carries data away in an address. So the reading is wide:
 * URLs of any scheme, bare domains, mail addresses, numeric hosts, and the usual disguises (hxxp, `[.]`, full width, other
 * dots, zero-width characters, backslashes, references and breaks within HTML). Look-alike letters stay other letters: they
 * make another host, which nobody trusts.
 *
 * Phone numbers in running text are no links (a `tel:` is). What is missed is spelled so that a person has to guess.
 */
import { domainToASCII } from 'node:url';

export interface Link {
  /** Lower-case ASCII; null: there is none that could be trusted (`javascript:`, `tel:`). */
  readonly host: string | null;
  /** Of a mail address, in lower case. */
  readonly mail?: string;
}

/** Longer texts are not read to their end here; no text field is that long. */
const MAX_CHARS = 2_000_000;
/** A reader is told of so many; one that nobody trusts is enough to ask. */
const MAX_LINKS = 200;

export function linksIn(text: string): readonly Link[] {
  if (!MAY_HOLD_LINK.test(text)) return [];
  const found = new Map<string, Link>();
  const plain = undisguised(text.slice(0, MAX_CHARS));
  for (const link of read(plain)) {
    found.set(`${link.host} ${link.mail ?? ''}`, link);
    if (found.size >= MAX_LINKS) break;
  }
  return [...found.values()];
}

/** Without any of these there is neither a scheme nor a dot in any disguise: most short texts end here. */
const MAY_HOLD_LINK = /[^\n -\-/-9;-~]|dot|punkt|point|punto/i;

/** As a browser would take it: attribute values lose their tabs and line breaks. @param html with its references resolved. */
export function linksInHtml(html: string): readonly Link[] {
  const values = [...html.matchAll(ATTRIBUTE)].map(([, one, other, bare]) =>
    (one ?? other ?? bare ?? '').replace(/[\t\n\r]+/g, ''),
  );
  return [html, values.join('\n')].flatMap(linksIn);
}
const ATTRIBUTE = /[\w:-]{1,40}\s{0,10}=\s{0,10}(?:"([^"]{0,10000})"|'([^']{0,10000})'|([^\s"'<>]{1,10000}))/g;

const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|\u034f|[\u180b-\u180f]/gu;
/** What is drawn like a dot. */
const DOTS = /[\uff0e\u2024\ufe52\u0701\u0702\ua4f8\u2e31\u22c5\u30fb\uff65\u00b7\u2027\u2219\u{10a50}]/gu;
/** The full stop of Chinese and Japanese is a dot to a browser (IDNA); between their words it is a full stop. */
const WIDE_DOT = /[\u3002\uff61](?=[a-z0-9-]{2,63}(?![\p{L}\p{N}]))/giu;
const BRACKETED_DOT = /\s*[([{<]\s*(?:\.|dot|d0t|punkt|point|punto|点)\s*[)\]}>]\s*/gi;
const WORD_DOT = /([\p{L}\p{N}-])\s+(?:dot|d0t|punkt|punto)\s+(?=[\p{L}\p{N}-]{2,63}\b)/giu;
/** `example . com`: for the endings that are no words. */
const SPACED_DOT = /(?<=[\p{L}\p{N}])(?:\s+\.\s*|\s*\.\s+)(?=(?:com|net|org|info|biz|io|xyz|ru|cn|tk|ly|gl)\b)/giu;
const SPOILED_SCHEME = /\bh(?:xx|tt|\*\*|__)ps?\s*(?:\[:\]|\(:\)|:)\s*(?:\/\s*\/|\[\/\/\]|\\\\)?/gi;

function undisguised(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(DOTS, '.')
    .replace(WIDE_DOT, '.')
    .replace(BRACKETED_DOT, '.')
    .replace(WORD_DOT, '$1.')
    .replace(SPACED_DOT, '.')
    .replace(/\s*[([]\s*(?:at|@)\s*[)\]]\s*/gi, '@')
    .replace(SPOILED_SCHEME, 'http://')
    .replaceAll('\\', '/');
}

const SCHEME = /(?<![\p{L}\p{N}])([a-z][a-z0-9+.-]{1,30}):\/{1,}([^\s<>"'`]{1,2000})/giu;
/** Without a host of their own. */
const OPAQUE =
  /(?<![\p{L}\p{N}])(?:javascript|data|vbscript|tel|sms|smsto|callto|skype|facetime|whatsapp|tg|intent|magnet|xmpp|sips?|geo|itms|market|bitcoin|ethereum):(?=\S)/giu;
const PROTOCOL_RELATIVE = /(?:^|[\s"'(=<>])\/\/([^\s<>"'`/]{1,300})/g;
const MAIL = /[\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]{1,64}@([\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,10})/gu;
const MAILTO = /(?<![\p{L}\p{N}])mailto:/giu;
const DOMAIN =
  /(?<![\p{L}\p{N}@.-])((?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?\.){1,10}([\p{L}\p{N}-]{2,63}))\.?(?![\p{L}\p{N}@])(:\d|[/?#])?/gu;
const NUMERIC = /(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*\d)/g;

function* read(text: string): Generator<Link> {
  for (const [, scheme, rest] of text.matchAll(SCHEME)) {
    if (scheme!.toLowerCase() === 'mailto') continue;
    yield { host: hostOf(rest!) };
  }
  if (OPAQUE.test(text)) yield { host: null };
  OPAQUE.lastIndex = 0;
  for (const [, rest] of text.matchAll(PROTOCOL_RELATIVE)) yield { host: hostOf(rest!) };
  if (text.includes('@')) {
    for (const [whole, domain] of text.matchAll(MAIL)) {
      const host = ascii(domain!);
      if (host !== null) yield { host, mail: whole.toLowerCase() };
    }
  }
  if (text.search(MAILTO) >= 0 && !text.includes('@')) yield { host: null };
  for (const [, domain, ending, more] of text.matchAll(DOMAIN)) {
    if (more === undefined && !isEnding(ending!)) continue;
    const host = ascii(domain!);
    if (host !== null && /[a-z]/.test(ending!.toLowerCase().replace(/[^\x21-\x7e]/g, 'x'))) yield { host };
  }
  for (const [, host] of text.matchAll(NUMERIC)) yield { host: host! };
}

/** The host of what follows `//`; null for none that could be trusted. */
function hostOf(rest: string): string | null {
  const authority = rest.split(/[/?#]/, 1)[0]!;
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  return ascii(host.replace(/[.,;:!?)\]}]+$/, ''));
}

function ascii(host: string): string | null {
  const name = domainToASCII(host.toLowerCase().replace(/\.$/, ''));
  return name === '' ? null : name;
}

/**
 * Whether a word with dots in it is a domain although nothing else says so: two letters are taken for a country, longer ones
 * must be an ending that programs make links of.
 */
const isEnding = (ending: string): boolean =>
  /^[a-z]{2}$/i.test(ending) || /^xn--/i.test(ending) || ENDINGS.has(ending.toLowerCase());

const ENDINGS: ReadonlySet<string> = new Set(
  `com net org info biz name pro mobi edu gov mil int arpa app dev page web xyz top site online store shop club vip win bid
  loan men date review trade stream download racing party science work works world today life live news blog wiki link click
  email chat cloud host hosting website space tech digital media network solutions services support systems agency company
  center centre group team zone city house land estate properties rent rentals finance financial money cash credit loans bank
  insurance fund capital ventures business enterprises consulting marketing social community foundation church school academy
  education university college institute training guide tips how expert guru ninja rocks cool fun games game bet casino poker
  lotto porn sex adult dating singles love wedding gift gifts sale deals discount bargains cheap coupons buy auction market
  markets exchange trading forex crypto bitcoin gold diamonds jewelry fashion clothing shoes boutique style design graphics
  photo photos photography pictures gallery video movie film show tube audio music band art arts studio theater health
  healthcare doctor dentist dental clinic hospital surgery care fitness yoga diet fish pet dog vet horse farm garden kitchen
  cooking restaurant cafe coffee bar pub beer wine pizza food recipes catering travel flights holiday vacations cruises tours
  hotel hotels voyage taxi limo car cars auto autos parts bike boats repair plumbing construction contractors builders
  engineering energy solar green eco bio lawyer attorney legal law tax accountant accountants careers jobs hiring
  directory report reviews observer press express foo bar zip mov icu buzz monster cyou sbs cfd rest quest bond hair skin beauty
  makeup mom baby kids family kiwi wang asia africa london paris berlin tokyo nyc vegas miami moscow amsterdam brussels wien
  koeln hamburg bayern swiss scot wales irish cat gal eus bzh corsica lat tel travel museum aero coop jobs post onion
  google youtube amazon aws microsoft apple icbc bmw audi ooo one pub run red blue pink black lol wtf sucks fail
  ltd llc inc gmbh limited international global plus best luxe ink uno dance events exposed
  computer software codes data domains forsale lease tools toys vin vodka voting watch webcam
  рф рус укр срб бг бел қаз мкд мон ею ελ հայ გე онлайн сайт дети орг москва ком 中国 中國 香港 台灣 台湾 新加坡 澳門 公司 网络 網絡
  网址 网站 在线 集团 商城 我爱你 世界 中文网 コム みんな 한국 닷컴 닷넷 भारत ไทย คอม السعودية امارات مصر ایران شبكة موقع
  security protection safe lock help support example test internal local localhost`.split(/\s+/),
);
