/** The path of a service, and of what it serves besides the common paths. */
import { ConfigurationError } from '../configuration-error.ts';

const ROUTE = /^(?:\/[\w.~-]+)*$/;
/** Below every service's route. */
const SERVED = ['/', '/swaig', '/post_prompt', '/debug_events', '/check_for_input', '/health', '/ready', '/mcp'];

/** With one slash before each part, and none at its end. @throws ConfigurationError */
export function normalRoute(route: string): string {
  const trimmed = `/${route}`.replace(/\/+/g, '/').replace(/\/$/, '');
  if (!ROUTE.test(trimmed))
    throw new ConfigurationError(
      `${JSON.stringify(route)} is no route: use letters, digits and - . _ ~ between slashes.`,
    );
  return trimmed === '' ? '/' : trimmed;
}

/** The same for a routing callback: where something else is served it would never be called, or hide that. @throws ConfigurationError */
export function routingPath(path: string): string {
  const normal = normalRoute(path);
  if (SERVED.includes(normal))
    throw new ConfigurationError(`${normal} is served already; give the routing callback another path.`);
  return normal;
}
