/** Why this server ends a socket: codes of RFC 6455 §7.4.2 that are free for applications, and words that stay the same. */
export const CLOSE = {
  malformed: 4400,
  session_ended: 4401,
  rights_changed: 4403,
  slow_reader: 4408,
  no_answer: 4410,
  too_many_commands: 4429,
  /** RFC 6455 §7.4.1. */
  server_stopping: 1001,
  internal: 1011,
} as const;
export type CloseReason = keyof typeof CLOSE;
