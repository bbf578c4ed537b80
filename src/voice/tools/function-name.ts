/** Names that the voice platform can call: an identifier of at most 128 characters. */
const NAME = /^[A-Za-z_]\w{0,127}$/;

export const isFunctionName = (name: unknown): name is string => typeof name === 'string' && NAME.test(name);
