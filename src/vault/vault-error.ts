/** Why the vault could not seal or open. The message never holds key, plaintext or ciphertext: it may be logged. */
const SAYS = {
  malformed: 'not a sealed value',
  unknown_key: 'sealed under a key that is not in the key ring',
  not_authentic: 'the sealed value was changed, copied from elsewhere, or sealed under another key',
  bad_plaintext: 'the text has a lone surrogate or the sealed bytes are not text',
  bad_key: 'not a usable key, or a key ring in which two keys share an id',
} as const;

export class VaultError extends Error {
  readonly code: keyof typeof SAYS;

  constructor(code: keyof typeof SAYS) {
    super(SAYS[code]);
    this.name = 'VaultError';
    this.code = code;
  }
}
