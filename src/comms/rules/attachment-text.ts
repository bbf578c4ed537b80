/** The text of a file that is nothing but text: what is no text holds whatever its program makes of it. */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Controls that no text has. */
const NOT_TEXT = /(?![\t\n\v\f\r\u0085])\p{Cc}/u;

/** @param content in base64. Null for what is not UTF-8 text. */
export function readableText(content: string): string | null {
  try {
    const text = utf8.decode(Buffer.from(content, 'base64'));
    return NOT_TEXT.test(text) || text.startsWith('%PDF-') ? null : text;
  } catch {
    return null;
  }
}
