/**
 * What a person wrote themselves in a mail, without the history that their program put below or above it: so that "STOP" over a
 * quoted thread is a whole message, and the "reply STOP to opt out" of our own mail under it is not their wish.
 *
 * In doubt text is kept: a cut too much could lose an opt-out. Lines that are quoted (`>`), the line that introduces them ("On …
 * wrote:"), everything under an "Original Message" mark or a block of From/Sent/To/Subject, and a signature go, but never
 * everything: under a mark with nothing above it the words may stand below it.
 */
const MAX_READ_CHARS = 200_000;
const MAX_LINES = 5_000;

const QUOTED = /^\s{0,3}[>|]/;
/** "On Mon, 2 Nov 2026 at 10:00, Ada <ada@x.example> wrote:", in the languages of the common programs; may be wrapped. */
const WROTE =
  /\bwrote\b|\bschrieb(?:en)?\b|\ba écrit\b|\bescribió|\bescreveu\b|\bha scritto\b|\bschreef\b|\bskrev\b|\bkirjoitti\b|\bnapisał|\bnapsal|\bpíše\b|\bírta\b|\ba scris\b|\byazdı|написал|пишет|написав|έγραψε|のメール|写道|寫道|작성|כתב|كتب/iu;
const ENDS = /[:：]\s*$/;
const ADDRESS_OR_DATE = /@|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}|\d{1,2}:\d{2}/;
/** Gmail's introduction begins so; used to join one that was wrapped. */
const BEGINS = /^(?:On|Am|Le|El|Em|Il|Op|Den|På|W dniu|Dne|Ke|Den|Em|Pada|В|On)\b/u;

/** A mark of its own line under which the quoted mail stands without `>`. */
const ORIGINAL =
  /^\s*[-_*]{2,}\s*(?:original message|original appointment|forwarded message|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|message d'origine|message original|message transféré|mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|originalmeddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение|пересланное сообщение|原始邮件|元のメッセージ|원본 메시지)\s*[-_*]{2,}\s*$/iu;
const RULE = /^\s*(?:_{8,}|-{8,}|\*{8,}|={8,})\s*$/;
/** Outlook's head of the quoted mail: From, then Sent or Date, To, Subject within a few lines. */
const FROM_LINE =
  /^\s*\**(?:from|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|kimden|от|від|från|差出人|发件人|寄件者|보낸 사람)\**\s*:\**\s*\S/iu;
const HEAD_LINE =
  /^\s*\**(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|fecha|para|asunto|data|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|lähetetty|päivämäärä|vastaanottaja|aihe|wysłano|do|temat|odesláno|komu|předmět|отправлено|дата|кому|тема|送信日時|宛先|件名|发送时间|收件人|主题|보낸 날짜|받는 사람|제목)\**\s*:/iu;
/** RFC 3676 §4.3, and what phones put there. */
const SIGNATURE =
  /^(?:-- ?|(?:sent|get outlook) (?:from|for) (?:my )?[\p{L}\d .]{1,40}|(?:von meinem|envoyé de mon|enviado desde mi|enviado do meu|inviato da|verstuurd vanaf mijn) [\p{L}\d .]{1,40}(?: gesendet)?)$/iu;

/** @returns trimmed; empty when nothing in the mail is the sender's own. */
export function ownWords(text: string): string {
  const lines = text.slice(0, MAX_READ_CHARS).replace(/\r\n?/g, '\n').split('\n', MAX_LINES);
  const cut = historyStart(lines);
  const own = cut === null ? lines : lines.slice(0, cut);
  const kept = withoutQuotes(own);
  const said = trimmed(withoutSignature(kept));
  if (said !== '') return said;
  // a mark at the top: the words, if any, stand below it
  return trimmed(cut === null ? kept : withoutQuotes(lines.filter((line) => !ORIGINAL.test(line))));
}

const trimmed = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** The first line of a history that bears no `>`; null when there is none. */
function historyStart(lines: readonly string[]): number | null {
  for (const [i, line] of lines.entries()) {
    if (ORIGINAL.test(line)) return i;
    if (FROM_LINE.test(line) && headLines(lines, i + 1) >= 2) return i > 0 && RULE.test(lines[i - 1]!) ? i - 1 : i;
  }
  return null;
}

const headLines = (lines: readonly string[], from: number): number =>
  lines.slice(from, from + 5).filter((line) => HEAD_LINE.test(line)).length;

/** Without quoted lines and the words that introduce them. */
function withoutQuotes(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let introduced = false;
  for (const line of lines) {
    if (QUOTED.test(line)) {
      if (!introduced) dropIntroduction(kept);
      introduced = true;
    } else {
      if (line.trim() !== '') introduced = false;
      kept.push(line);
    }
  }
  // a history without `>` (some phones): introduced, and then it goes on to the end
  const at = kept.findIndex((line) => introduces(line.trim()));
  return at > 0 && trimmed(kept.slice(0, at)) !== '' ? kept.slice(0, at) : kept;
}

const introduces = (line: string): boolean =>
  ENDS.test(line) && WROTE.test(line) && ADDRESS_OR_DATE.test(line) && (BEGINS.test(line) || line.includes('@'));

/** The last words before a quote, when they say who wrote it: up to three lines, because mail programs wrap them. */
function dropIntroduction(kept: string[]): void {
  let last = kept.length - 1;
  while (last >= 0 && kept[last]!.trim() === '') last--;
  for (let first = last; first >= 0 && first > last - 3 && kept[first]!.trim() !== ''; first--) {
    const joined = kept
      .slice(first, last + 1)
      .join(' ')
      .trim();
    if (!introduces(joined)) continue;
    // the end of a longer introduction also reads as one
    const longer = first > 0 && first === last && !BEGINS.test(joined) && BEGINS.test(kept[first - 1]!.trim());
    kept.length = longer ? first - 1 : first;
    return;
  }
}

function withoutSignature(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => SIGNATURE.test(line.trimEnd() === '--' ? '--' : line.trim()));
  return at === -1 ? lines : lines.slice(0, at);
}
