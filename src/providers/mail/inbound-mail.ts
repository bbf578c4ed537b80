/** A mail that came in, in one form whoever delivered it. All of it is what a stranger wrote. */
export interface InboundMail {
  /** The author as the mail says, in normal form when it can be read, else as it came. Nobody has proved it. */
  readonly from: string;
  readonly to: readonly string[];
  /** Where answers should go, when it is another address. */
  readonly replyTo: string | null;
  readonly subject: string;
  /** With its angle brackets; null when there is none. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** The whole text. */
  readonly text: string;
  /** What the sender wrote now, without quoted history and signature: an opt-out is read here. */
  readonly reply: string;
  /** A program wrote it (RFC 3834): an absence note, a bounce, a list. Never answer it by itself. */
  readonly automatic: boolean;
  /** The server that took it in vouches for the domain in `from` (`vouched.ts`). */
  readonly authenticated: boolean;
  readonly attachments: readonly InboundAttachment[];
  /** What was left out, a sentence each. */
  readonly omitted: readonly string[];
}

export interface InboundAttachment {
  /** Safe to write to a folder. */
  readonly filename: string;
  /** Lower case. What the sender says: the content may be anything. */
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Would run when opened: by name, type or first bytes. */
  readonly executable: boolean;
}

export const INBOUND_LIMITS = {
  attachments: 20,
  attachedBytes: 10 * 1024 * 1024,
  /** Text and subject, UTF-16 units. */
  textChars: 200_000,
  subjectChars: 998,
  recipients: 100,
  references: 50,
} as const;
