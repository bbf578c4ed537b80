/**
 * Checks an export (`export.ts`) without the server that made it, in one pass and constant memory.
 *
 * Finds: edited, missing, moved and added leaves, edited entries, a shortened log, a foreign or broken signature, and,
 * against a checkpoint that the reader kept from earlier, a log rewritten by the holder of its own key; approvals that are not
 * of the input that was held, or whose passkey's signature does not hold.
 * Can't find: an own entry whose text was withheld (it looks like another organisation's leaf: compare `own` with what
 * you know), and without a kept checkpoint, a second history that the key's holder signed from the start.
 */
import { toBase64 } from '../kernel/encoding.ts';
import { type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { approvalFault } from './approval.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { type LogEntry, parseEntry } from './entry.ts';
import { type ExportHeader, type ExportLeaf, parseHeaderLine, parseLeafLine } from './export.ts';
import { Frontier, leafHash, sameHash } from './merkle.ts';
import { type NoteFailure, parseVkey } from './signed-note.ts';

export type ProblemCode =
  // the file
  | 'bad_header'
  | 'bad_line'
  // the signature
  | 'wrong_key'
  | 'bad_signature'
  | 'bad_checkpoint'
  | 'header_mismatch'
  // the leaves
  | 'wrong_index'
  | 'edited_body'
  | 'unreadable_entry'
  | 'foreign_entry'
  | 'bad_approval'
  | 'truncated'
  | 'surplus'
  | 'root_mismatch'
  // the checkpoint kept from earlier
  | 'bad_kept_checkpoint'
  | 'older_than_kept'
  | 'history_rewritten'
  | 'more_problems';

export interface Problem {
  readonly code: ProblemCode;
  /** The leaf's index in the log, where one leaf can be named. */
  readonly index?: number;
  readonly say: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Leaves read. */
  readonly size: number;
  /** Root over the leaves read, base64. */
  readonly root: string;
  /** Entries that could be read and checked against their leaf. */
  readonly own: number;
  readonly problems: readonly Problem[];
  /** `key-from-export`: the signature only shows that the file agrees with itself. */
  readonly trust: 'given-key' | 'key-from-export';
}

/** A file that is wrong in every line must not fill the memory with complaints. */
const MAX_PROBLEMS = 100;

export interface ExportVerifier {
  /** The next line, without its line end; a blank one is skipped. */
  line(text: string): void;
  /** What was found, once all lines are in. */
  report(): VerifyReport;
}

/** `kept`: a signed checkpoint of this log, as it was received earlier. */
export function exportVerifier(opts: { readonly vkey?: string; readonly kept?: string } = {}): ExportVerifier {
  const problems: Problem[] = [];
  const report = (code: ProblemCode, say: string, index?: number) => {
    if (problems.length > MAX_PROBLEMS) return;
    if (problems.length === MAX_PROBLEMS) problems.push({ code: 'more_problems', say: 'and more, not listed' });
    else problems.push(index === undefined ? { code, say } : { code, say, index });
  };

  const tree = new Frontier();
  let header: ExportHeader | null = null;
  let signed: SignedHeads | null = null;
  let foreign = false;
  let lineNumber = 0;
  let expected = 0;
  let own = 0;
  const approvals = approvalCheck(report);

  function first(text: string): void {
    header = parseHeaderLine(text);
    foreign = header === null;
    if (header === null) return;
    signed = checkHeads(header, opts, report);
    checkKept(signed, tree, report);
  }

  return {
    line(text) {
      lineNumber++;
      if (text === '' || foreign) return;
      if (header === null || signed === null) return first(text);
      const leaf = parseLeafLine(text);
      if (leaf === null) return report('bad_line', `line ${lineNumber} is not a leaf of an export`);
      if (leaf.index !== expected) report('wrong_index', `leaf ${expected} was expected here`, leaf.index);
      expected = leaf.index + 1;
      const entry = leaf.body === undefined ? null : readBody(leaf, leaf.body, header.org, leaf.index, report);
      if (entry !== null) {
        own++;
        approvals(entry, leaf.index);
      }
      tree.push(leaf.leaf);
      checkKept(signed, tree, report);
    },
    report() {
      if (signed === null) report('bad_header', 'the file does not begin as an export of a Sallyport log');
      else if (signed.head !== null) checkHead(signed.head, tree, report);
      return {
        ok: problems.length === 0,
        size: tree.size,
        root: toBase64(tree.root()),
        own,
        problems,
        trust: opts.vkey === undefined ? 'key-from-export' : 'given-key',
      };
    },
  };
}

type Report = (code: ProblemCode, say: string, index?: number) => void;

/** The checkpoints whose signatures held; null where there is none to compare with. */
interface SignedHeads {
  readonly head: Checkpoint | null;
  readonly kept: Checkpoint | null;
}

const HEAD_FAILURES: Readonly<Record<NoteFailure | 'wrong_origin', readonly [ProblemCode, string]>> = {
  malformed: ['bad_checkpoint', 'the checkpoint of the export is not a signed checkpoint'],
  wrong_origin: ['bad_checkpoint', 'the checkpoint of the export is of another log than its key'],
  unknown_key: ['wrong_key', 'the checkpoint of the export is not signed by the key'],
  bad_signature: [
    'bad_signature',
    'the signature of the checkpoint does not fit: it was edited, or signed by another key',
  ],
};

function checkHeads(header: ExportHeader, opts: { vkey?: string; kept?: string }, report: Report): SignedHeads {
  const verifier = parseVkey(opts.vkey ?? header.vkey);
  if (verifier === null) {
    report('wrong_key', `the key ${opts.vkey === undefined ? 'in the export' : 'given'} is not a log's public key`);
    return { head: null, kept: null };
  }
  if (opts.vkey !== undefined && opts.vkey !== header.vkey)
    report('wrong_key', 'the export names another key than the given one');

  const head = verifyCheckpoint(header.checkpoint, verifier);
  if (!head.ok) report(...HEAD_FAILURES[head.error]);
  else if (head.value.size !== header.size || head.value.origin !== header.origin) {
    report('header_mismatch', 'the header states another log or size than its checkpoint');
  }

  const kept = opts.kept === undefined ? null : verifyCheckpoint(opts.kept, verifier);
  if (kept?.ok === false) {
    report('bad_kept_checkpoint', `the kept checkpoint is not one by the key of this log (${kept.error})`);
  } else if (kept && head.ok && head.value.size < kept.value.size) {
    report(
      'older_than_kept',
      `the export ends at ${head.value.size}, the kept checkpoint already had ${kept.value.size}`,
    );
  }
  return { head: head.ok ? head.value : null, kept: kept?.ok ? kept.value : null };
}

/** Once as many leaves are read as the kept checkpoint had, its root must come out. */
function checkKept({ kept }: SignedHeads, tree: Frontier, report: Report): void {
  if (kept === null || kept.size !== tree.size || sameHash(kept.root, tree.root())) return;
  report(
    'history_rewritten',
    `the first ${kept.size} leaves are not those of the kept checkpoint: keep both as evidence`,
  );
}

/**
 * Holds and their approvals, in the order of the log. Remembered are the holds that are open, which are few: each ends within
 * the time to approve it.
 */
function approvalCheck(report: Report): (entry: LogEntry, index: number) => void {
  const held = new Map<string, string | undefined>();
  return (entry, index) => {
    if (entry.type === 'decision' && entry.decision === 'hold') held.set(entry.action, entry.commit);
    else if (entry.type === 'approval') {
      const { action, input, signed } = entry;
      if (held.get(action) !== input)
        report('bad_approval', `${action} was not held with the input that was approved`, index);
      const fault = signed === undefined ? null : approvalFault(signed, { action, input });
      if (fault !== null) report('bad_approval', `the approval of ${action}: ${fault}`, index);
    } else if (entry.type === 'decision' || entry.type === 'result') held.delete(entry.action);
  };
}

/** The entry, if it is the leaf's, known and the reader's. */
function readBody({ leaf }: ExportLeaf, body: string, org: OrgId, index: number, report: Report): LogEntry | null {
  if (!body.isWellFormed() || !sameHash(leafHash(body), leaf)) {
    report('edited_body', 'the entry is not the one that was logged here', index);
    return null;
  }
  const entry = parseEntry(body);
  if (entry === null) report('unreadable_entry', 'the entry was logged so, but its form is not known here', index);
  else if (entry.org !== org && org !== PLATFORM_ORG)
    report('foreign_entry', `the entry belongs to ${entry.org}`, index);
  else return entry;
  return null;
}

function checkHead(head: Checkpoint, tree: Frontier, report: Report): void {
  if (tree.size < head.size) report('truncated', `${tree.size} leaves of ${head.size} are in the file`);
  else if (tree.size > head.size) report('surplus', `${tree.size} leaves are in the file, ${head.size} were signed`);
  else if (!sameHash(tree.root(), head.root)) {
    report('root_mismatch', 'the leaves are not those that were signed: one was edited, replaced, added or moved');
  }
}
