/**
 * Refresh tokens as text: `spr_<organisation>.<session>.<number>.<mac>`, the MAC an HMAC-SHA-256 over all before it under a key
 * of the database. They are made anew whenever they are needed and stored nowhere, so that a copy of the database without
 * its keys holds none; which number is the current one is the session's to know (`rules/session.ts`).
 */
import { toBase64url } from '../../kernel/encoding.ts';
import { secretEqual } from '../../kernel/equal.ts';
import { hmacSha256 } from '../../kernel/hash.ts';
import type { OrgId, SessionId } from '../../kernel/ids.ts';

const FORM = /^(spr_(org_[0-9A-Za-z]{1,40})\.(ses_[0-9A-Za-z]{1,40})\.([1-9]\d{0,9}))\.([\w-]{43})$/;

export interface RefreshToken {
  readonly org: OrgId;
  readonly session: SessionId;
  readonly no: number;
}

export function printRefreshToken(key: Uint8Array, { org, session, no }: RefreshToken): string {
  const body = `spr_${org}.${session}.${no}`;
  return `${body}.${mac(key, body)}`;
}

/** Null for anything that was not printed under this key. */
export function readRefreshToken(key: Uint8Array, text: string): RefreshToken | null {
  const parts = FORM.exec(text);
  if (parts === null) return null;
  const [, body, org, session, no, given] = parts as unknown as string[];
  if (!secretEqual(mac(key, body!), given!)) return null;
  return { org: org as OrgId, session: session as SessionId, no: Number(no) };
}

const mac = (key: Uint8Array, body: string): string => toBase64url(hmacSha256(key, body));
