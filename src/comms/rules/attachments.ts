/**
 * What may be attached to a mail: names and types that receivers' filters refuse would only burn the sender's reputation,
 * and what runs when it is opened is never sent for an agent. Content is not looked into.
 */
import type { Attachment } from '../provider-ports.ts';

export const MAX_TOTAL_BYTES = 7_340_032;

/** Run when opened, or hide what does (Gmail's and Outlook's lists of blocked types, the common part). */
const RUNS =
  /\.(?:ade|adp|apk|appx|bat|cab|chm|cmd|com|cpl|dll|dmg|exe|hta|img|ins|iso|isp|jar|jnlp|js|jse|lib|lnk|mde|msc|msi|msix|msp|mst|nsh|pif|ps1|psm1|reg|scr|sct|sh|shb|sys|vb|vbe|vbs|vhd|vxd|wsc|wsf|wsh|xll)[. ]*$/i;
const RUNNABLE_TYPE =
  /^application\/(?:x-ms(?:download|i|dos-program)|x-msdownload|x-executable|java-archive|hta|x-sh|javascript)\b/i;

/** A sentence on the first thing that is wrong, or null. `content` is base64, as its field has checked. */
export function attachmentProblem(attachments: readonly Attachment[]): string | null {
  let total = 0;
  for (const { filename, contentType, content } of attachments) {
    if (RUNS.test(filename) || RUNNABLE_TYPE.test(contentType)) {
      return `${JSON.stringify(filename)} is of a kind that can run when it is opened; such files are not sent.`;
    }
    if (!/^[\w.+-]+\/[\w.+-]+$/.test(contentType)) {
      return `${JSON.stringify(filename)} needs a content type such as application/pdf.`;
    }
    total += (content.length / 4) * 3;
    if (total > MAX_TOTAL_BYTES) return `together at most ${MAX_TOTAL_BYTES} bytes.`;
  }
  return null;
}
