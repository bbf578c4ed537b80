/**
 * Text from outside in a form that every store can hold, for text that may not be refused. NUL (PostgreSQL has none) and
 * halves of characters become U+FFFD. Of what is too long the beginning and the end are kept, because an answer stands
 * above or below what it quotes, and a note between them says how much is missing.
 *
 * Does not judge the text and does not tidy it: everything else stays as it came.
 */
export function storable(text: string, max: number): string {
  return text.length <= max ? wellFormed(text) : wellFormed(shortened(text, max));
}

const wellFormed = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd');

/** @param max UTF-16 units, well above the length of the note. */
function shortened(text: string, max: number): string {
  const trimmed = text.trim();
  if (trimmed.length <= max) return trimmed;
  const kept = max - NOTE_CHARS;
  const tail = Math.floor(kept / 4);
  const note = `\n[${trimmed.length - kept} characters left out]\n`;
  return trimmed.slice(0, kept - tail) + note + trimmed.slice(-tail);
}

const NOTE_CHARS = 60;
