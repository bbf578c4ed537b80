/** On what this process runs, as its platform's own variables tell. */
import type { Environment } from '../kernel/setting.ts';
import { environmentVariables } from './settings.ts';

export type ExecutionMode = 'server' | 'lambda' | 'google_cloud_function' | 'azure_function' | 'cgi';

/** The first that fits: a CGI program may be started by anything. */
const SIGNS: readonly (readonly [mode: ExecutionMode, ...variables: string[]])[] = [
  ['cgi', 'GATEWAY_INTERFACE'],
  ['lambda', 'AWS_LAMBDA_FUNCTION_NAME', 'LAMBDA_TASK_ROOT'],
  ['google_cloud_function', 'FUNCTION_TARGET', 'K_SERVICE'],
  ['azure_function', 'FUNCTIONS_WORKER_RUNTIME', 'AZURE_FUNCTIONS_ENVIRONMENT'],
];

/** A variable that is set but empty says nothing. */
export const getExecutionMode = (environment: Environment = environmentVariables()): ExecutionMode =>
  SIGNS.find(([, ...variables]) => variables.some((name) => (environment[name] ?? '') !== ''))?.[0] ?? 'server';
