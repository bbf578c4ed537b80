/**
 * What may be attached to a mail. Threats: a name that breaks out of a header or a folder; a program dressed as a document; a
 * mail so large that the vendor or the recipient drops it. Names, types and the first bytes are looked at; what is inside an
 * archive is not, and this is no virus scanner.
 */
import { fromBase64 } from '../../kernel/encoding.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Attachment } from '../provider-ports.ts';
import { type FilenameProblem, filenameProblem } from './mail-headers.ts';

export const MAX_ATTACHMENTS = 10;
/** Decoded, all together. Vendors take 40 MB of base64 and more; many recipients' servers stop at 10. */
export const MAX_ATTACHED_BYTES = 7 * 1024 * 1024;
const MAX_ATTACHED_CHARS = Math.ceil(MAX_ATTACHED_BYTES / 3) * 4 + 4 * MAX_ATTACHMENTS;

/** Extensions that a system runs when they are opened, macro documents and disk images among them (Gmail's and Outlook's lists). */
const RUNS = new Set(
  [
    'ade adp apk app appx appxbundle application bas bat cab chm cmd com cpl crt diagcab diagcfg diagpkg dll dmg docm dotm elf',
    'ex ex_ exe fxp gadget hlp hta img inf ins iso isp jar jnlp job js jse ksh lib lnk mad maf mde mjs msc msi msix msixbundle',
    'msp mst ocx ops osx out pcd pif potm ppam ppsm pptm prf prg ps1 ps1xml ps2 psc1 psd1 psm1 pyc pyw pyz reg rgs run scf scpt',
    'scr sct sh shb shs sldm sys vb vbe vbp vbs vbscript vhd vhdx vxd wcf workflow ws wsc wsf wsh xbap xla xlam xll xlm xlsm xltm',
  ]
    .join(' ')
    .split(' '),
);
/** The same by type. */
const TYPE_RUNS =
  /^application\/(?:x-(?:msdownload|msdos-program|ms-installer|msi|executable|elf|mach-binary|sharedlib|dosexec|sh|csh|bat|shellscript|javascript|ms-shortcut|apple-diskimage|iso9660-image|java-archive|perl|python)|java-archive|javascript|ecmascript|hta|vnd\.microsoft\.portable-executable|vnd\.android\.package-archive|vnd\.ms-(?:cab-compressed|htmlhelp))$|^text\/(?:javascript|ecmascript|x-(?:sh|shellscript|msdos-batch|javascript))$/;
/** RFC 6838 §4.2: a type and a subtype, no parameters; none that would change how the mail itself is read. */
const TYPE = /^(?!multipart\/|message\/)[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;

export type AttachmentProblem =
  | FilenameProblem
  | 'too_many'
  | 'too_large'
  | 'not_base64'
  | 'empty'
  | 'bad_type'
  | 'a_program';

export const ATTACHMENT_PROBLEMS: Readonly<Record<AttachmentProblem, string>> = {
  not_one_line: 'the file name must be one line without control characters and without marks that turn its direction.',
  a_path: 'the file name must be a name alone, without a path.',
  no_name: 'the file needs a name.',
  too_long: 'the file name has at most 255 bytes.',
  too_many: `a mail has at most ${MAX_ATTACHMENTS} attachments.`,
  too_large: 'the attachments of a mail have at most 7 MB together.',
  not_base64: 'the content must be base64 with its padding, in one line (RFC 4648 §4).',
  empty: 'the file is empty.',
  bad_type: 'the content type must be a type and a subtype, such as application/pdf.',
  a_program: 'programs, scripts, macro documents and disk images are not sent.',
};

export interface OpenedAttachment {
  readonly filename: string;
  /** Lower case. */
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Where the fault is, and what it is. */
export interface AttachmentFault {
  /** Null when it is about all of them. */
  readonly index: number | null;
  readonly problem: AttachmentProblem;
}

/** Decoded and checked, or the first fault. */
export function openAttachments(
  attachments: readonly Attachment[],
): Result<readonly OpenedAttachment[], AttachmentFault> {
  if (attachments.length > MAX_ATTACHMENTS) return err({ index: null, problem: 'too_many' });
  // before anything is decoded
  const chars = attachments.reduce((sum, { content }) => sum + content.length, 0);
  if (chars > MAX_ATTACHED_CHARS) return err({ index: null, problem: 'too_large' });
  const opened: OpenedAttachment[] = [];
  let bytes = 0;
  for (const [index, { filename, contentType, content }] of attachments.entries()) {
    const type = contentType.toLowerCase();
    const fault = (problem: AttachmentProblem) => err({ index, problem });
    const named = filenameProblem(filename);
    if (named !== null) return fault(named);
    if (!TYPE.test(type)) return fault('bad_type');
    if (looksExecutable(filename, type)) return fault('a_program');
    const decoded = fromBase64(content);
    if (decoded === null) return fault('not_base64');
    if (decoded.length === 0) return fault('empty');
    if (startsAsProgram(decoded)) return fault('a_program');
    bytes += decoded.length;
    if (bytes > MAX_ATTACHED_BYTES) return err({ index: null, problem: 'too_large' });
    opened.push({ filename, contentType: type, content: decoded });
  }
  return ok(opened);
}

/** The fault in a sentence that begins with the field's path. */
export const attachmentFaultText = ({ index, problem }: AttachmentFault): string =>
  `attachments${index === null ? '' : `[${index}]`}: ${ATTACHMENT_PROBLEMS[problem]}`;

/** By name and type; of names the last extension counts, as a system would read it: dots and spaces at the end are dropped. */
export function looksExecutable(filename: string, contentType: string): boolean {
  const name = filename
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[.\s]+$/, '');
  const extension = name.slice(name.lastIndexOf('.') + 1).trim();
  return (name.includes('.') && RUNS.has(extension)) || TYPE_RUNS.test(contentType);
}

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

/** PE, ELF, Mach-O, and scripts that name their interpreter, whatever the name says. */
export function startsAsProgram(bytes: Uint8Array): boolean {
  if (startsWith(bytes, 0x7f, 0x45, 0x4c, 0x46) || startsWith(bytes, 0x23, 0x21, 0x2f)) return true;
  if (startsWith(bytes, 0xcf, 0xfa, 0xed, 0xfe) || startsWith(bytes, 0xfe, 0xed, 0xfa, 0xcf)) return true;
  if (!startsWith(bytes, 0x4d, 0x5a) || bytes.length < 64) return false;
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(60, true);
  return startsWith(bytes.subarray(header, header + 4), 0x50, 0x45, 0, 0);
}
