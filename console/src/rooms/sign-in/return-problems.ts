/** Why an identity provider sent somebody back without a session: the codes of the address, and nothing else from there. */
const SAYS: Readonly<Record<string, string>> = {
  oidc_denied: 'The sign-in was cancelled at the other side. Try again, or use another way.',
  oidc_unavailable: "Your organisation's log-in does not answer. Try again later, or use another way.",
  oidc_expired: 'It took too long, or the page was opened twice. Try again.',
  oidc_refused: "Your organisation's log-in did not confirm you. Try again, or use another way.",
  oidc_not_linked: 'Nobody here is connected to that account. Use your link, or connect it on your account page.',
  oidc_other_account: 'That account is connected to somebody else here, or you to another one.',
};

export const problemOfReturn = (code: string | null): string | null =>
  code === null ? null : (SAYS[code] ?? 'The sign-in did not work. Try again, or use another way.');
