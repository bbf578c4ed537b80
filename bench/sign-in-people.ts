/** Who can sign in at `targets/sign-in.ts`. */
export const KNOWN = 300;
export const PASSWORD = 'tin roof rusted';
