/** How people run a command, for texts that tell them which one. */
export const SALLYPORT = 'npm run sallyport --';
