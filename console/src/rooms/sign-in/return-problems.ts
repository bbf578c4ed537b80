/** Why an identity provider sent somebody back without a session: the codes of the address, and nothing else from there. */
const SAYS: Readonly<Record<string, string>> = {
  denied: 'The sign-in was cancelled at the other side. Try again, or use another way.',
  unavailable: 'Your organisation’s log-in does not answer. Try again later, or use another way.',
  unknown_person:
    'Nobody here is connected to that account. Use your invitation link, or connect it on your account page.',
  expired: 'It took too long, or the page was opened twice. Try again.',
  conflict: 'That account is connected to somebody else here.',
};

export const problemOfReturn = (code: string | null): string | null =>
  code === null ? null : (SAYS[code] ?? 'The sign-in did not work. Try again, or use another way.');
