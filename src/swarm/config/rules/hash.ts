/** By what a configuration is known: two that say the same have the same hash, however they are written. */
import { canonicalJson, type Json } from '../../../kernel/canonical-json.ts';
import { toBase64url } from '../../../kernel/encoding.ts';
import { sha256 } from '../../../kernel/hash.ts';
import type { SwarmConfig } from '../schema.ts';

/** What is stored and hashed. */
export const canonicalConfig = (config: SwarmConfig): string => canonicalJson(config as unknown as Json);

/** SHA-256, base64url. */
export const textHash = (text: string): string => toBase64url(sha256(text));

export const configHash = (config: SwarmConfig): string => textHash(canonicalConfig(config));
