import { expect, it } from 'vitest';
import { getExecutionMode } from './execution-mode.ts';

it.each([
  [{}, 'server'],
  [{ GATEWAY_INTERFACE: 'CGI/1.1' }, 'cgi'],
  [{ AWS_LAMBDA_FUNCTION_NAME: 'f' }, 'lambda'],
  [{ LAMBDA_TASK_ROOT: '/var/task' }, 'lambda'],
  [{ FUNCTION_TARGET: 'f' }, 'google_cloud_function'],
  [{ K_SERVICE: 's' }, 'google_cloud_function'],
  [{ FUNCTIONS_WORKER_RUNTIME: 'node' }, 'azure_function'],
  [{ AZURE_FUNCTIONS_ENVIRONMENT: 'Production' }, 'azure_function'],
  [{ GATEWAY_INTERFACE: 'CGI/1.1', AWS_LAMBDA_FUNCTION_NAME: 'f' }, 'cgi'],
  [{ AWS_LAMBDA_FUNCTION_NAME: '' }, 'server'],
])('with %j the process runs as %s', (environment, mode) => {
  expect(getExecutionMode(environment)).toBe(mode);
});
