/** Data that was given from outside, made the agent's own: copied and frozen, so that nobody changes it from elsewhere later. */
export function ownCopy<T>(given: T): T {
  return deepFreeze(structuredClone(given));
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
