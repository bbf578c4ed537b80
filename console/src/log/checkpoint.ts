/** The log's signed checkpoint (C2SP tlog-checkpoint in a signed note), read and verified in the browser. */
import { fromBase64, joined, sha256, toHex, utf8 } from './bytes.ts';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

/** One that this browser saw before, and when (RFC 3339, by this machine's clock). */
export interface Kept extends Checkpoint {
  readonly vkey: string;
  readonly seenAt: string;
}

const ED25519 = 1;
const ID_BYTES = 4;

/** Null when it is malformed, or no signature by this key fits. @param vkey `name+id+base64(0x01 ‖ public key)` */
export async function verifiedCheckpoint(note: string, vkey: string): Promise<Checkpoint | null> {
  const key = await keyOf(vkey);
  const end = note.lastIndexOf('\n\n');
  if (key === null || end === -1) return null;
  const text = note.slice(0, end + 1);
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
    .flatMap((match) => (match?.[1] === key.name ? [fromBase64(match[2] ?? '')] : []));
  for (const signature of signatures) {
    if (signature === null || toHex(signature.subarray(0, ID_BYTES)) !== key.id) continue;
    const fits = await crypto.subtle.verify('Ed25519', key.key, signature.subarray(ID_BYTES), utf8(text));
    return fits ? parsed(text, key.name) : null;
  }
  return null;
}

function parsed(text: string, name: string): Checkpoint | null {
  const [origin = '', size = '', root = ''] = text.split('\n');
  if (origin !== name || !/^(?:0|[1-9]\d{0,15})$/.test(size) || fromBase64(root)?.length !== 32) return null;
  return { origin, size: Number(size), root };
}

async function keyOf(vkey: string) {
  const [, name = '', id = '', base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const encoded = fromBase64(base64);
  if (encoded === null || encoded[0] !== ED25519) return null;
  const hash = await sha256(joined(utf8(`${name}\n`), encoded));
  if (toHex(hash.subarray(0, ID_BYTES)) !== id) return null;
  const key = await crypto.subtle.importKey('raw', encoded.slice(1), 'Ed25519', false, ['verify']);
  return { name, id, key };
}
