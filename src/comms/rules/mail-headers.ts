export const lacksUnsubscribe = (_mail: { body: string; html?: string | undefined; purpose: string }): boolean =>
  !/unsubscri/i.test(`${_mail.body} ${_mail.html ?? ''}`);
