export const agent = { name: 'looks like one' };
