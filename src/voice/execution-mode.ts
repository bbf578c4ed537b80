/** On what this process runs, as its platform's own variables tell. */
import { environmentVariable } from './settings.ts';

export type ExecutionMode = 'server' | 'lambda' | 'google_cloud_function' | 'azure_function' | 'cgi';

const SIGNS: readonly (readonly [mode: ExecutionMode, ...variables: string[]])[] = [
  ['cgi', 'GATEWAY_INTERFACE'],
  ['lambda', 'AWS_LAMBDA_FUNCTION_NAME', 'LAMBDA_TASK_ROOT'],
  ['google_cloud_function', 'FUNCTION_TARGET', 'K_SERVICE'],
  ['azure_function', 'FUNCTIONS_WORKER_RUNTIME', 'AZURE_FUNCTIONS_ENVIRONMENT'],
];

export const getExecutionMode = (): ExecutionMode =>
  SIGNS.find(([, ...variables]) => variables.some((name) => environmentVariable(name) !== undefined))?.[0] ?? 'server';
