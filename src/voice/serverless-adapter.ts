/**
 * Runs an application on a serverless platform: the platform's event becomes a `Request`, the `Response` the platform's answer.
 * How each platform spells them is a file of its own in serverless/. What a client may not say of itself (its address) is taken
 * from the platform's word alone and handed on beside the request, where a rate limit finds it.
 */
import type { Environment } from '../kernel/setting.ts';
import { type ExecutionMode, getExecutionMode } from './execution-mode.ts';
import { getLogger } from './logger.ts';
import { type AzureContext, type AzureRequest, azureAnswer, azureParts } from './serverless/azure.ts';
import { type CgiStreams, cgiEvent, cgiParts, readCgiBody, writeCgi } from './serverless/cgi.ts';
import {
  answerOf,
  type FetchApp,
  type RequestParts,
  requestOf,
  type ServerlessEvent,
  type ServerlessResponse,
} from './serverless/event.ts';
import { type GoogleAnswer, type GoogleRequest, googleParts, sendGoogle } from './serverless/google-cloud.ts';
import { lambdaAnswer, lambdaParts } from './serverless/lambda.ts';
import { type Platform, platformUrl, type UrlParts } from './serverless/platform-url.ts';
import { environmentVariables, loadVoiceSettings } from './settings.ts';

export type { FetchApp, ServerlessEvent, ServerlessResponse };
export type ServerlessPlatform = Platform | 'auto';

const PLATFORM_OF: Readonly<Record<ExecutionMode, Platform>> = {
  server: 'lambda',
  lambda: 'lambda',
  google_cloud_function: 'gcf',
  azure_function: 'azure',
  cgi: 'cgi',
};

const PARTS: Readonly<Record<Platform, (event: ServerlessEvent) => RequestParts>> = {
  lambda: lambdaParts,
  gcf: googleParts,
  azure: azureParts,
  cgi: cgiParts,
};

export class ServerlessAdapter {
  readonly #platform: Platform;

  /** @param platform `auto`: as the environment tells. */
  constructor(platform: ServerlessPlatform = 'auto') {
    this.#platform = platform === 'auto' ? this.detectPlatform() : platform;
  }

  /** As the environment tells; `lambda` when it tells nothing. */
  detectPlatform(): Platform {
    return PLATFORM_OF[getExecutionMode()];
  }

  getPlatform(): Platform {
    return this.#platform;
  }

  /** Answers one event. Never rejects: an event that is no request is answered 400, an application that fails 500. */
  async handleRequest(app: FetchApp, event: ServerlessEvent): Promise<ServerlessResponse> {
    const response = await answered(app, () => PARTS[this.#platform](event));
    return this.#platform === 'lambda' ? lambdaAnswer(event, response) : answerOf(response);
  }

  /** The function's address. @throws ConfigurationError that names what is missing. */
  generateUrl(given: UrlParts = {}): string {
    return platformUrl(this.#platform, given, environmentVariables());
  }

  static createLambdaHandler(app: FetchApp): (event: ServerlessEvent) => Promise<ServerlessResponse> {
    const adapter = new ServerlessAdapter('lambda');
    return (event) => adapter.handleRequest(app, event);
  }

  static createGcfHandler(app: FetchApp): (req: GoogleRequest, res: GoogleAnswer) => Promise<void> {
    return async (req, res) => sendGoogle(await answered(app, () => googleParts(req)), res);
  }

  /** Sets `context.res`. */
  static createAzureHandler(app: FetchApp): (context: AzureContext, req: AzureRequest) => Promise<void> {
    return async (context, req) => {
      const { functionName } = context.executionContext ?? {};
      context.res = await azureAnswer(await answered(app, () => azureParts(req, functionName)));
    };
  }

  /** Answers the one request that this process was started for. @param streams the process's own unless said. */
  static createCgiHandler(app: FetchApp, streams?: CgiStreams): () => Promise<void> {
    return async () => {
      const { input, output } = streams ?? { input: process.stdin, output: process.stdout };
      const environment = environmentVariables();
      const body = await readCgiBody(environment, input, loadVoiceSettings().maxRequestBytes);
      const response =
        body === null
          ? Response.json({ error: 'Request too large' }, { status: 413 })
          : await answered(app, () => cgiParts(cgiEvent(environment, body)));
      await writeCgi(response, output);
    };
  }

  /** An event for `handleRequest` on `cgi`, from a CGI request's variables and body. */
  static buildCgiEvent(env: Environment = environmentVariables(), body: string | Uint8Array = ''): ServerlessEvent {
    return cgiEvent(env, body);
  }
}

/** The application's answer; its own word on what failed goes to the log alone. */
async function answered(app: FetchApp, parts: () => RequestParts): Promise<Response> {
  let request: Request;
  try {
    request = requestOf(parts());
  } catch (fault) {
    log.warn('an event is no request', { fault: String(fault) });
    return Response.json({ error: 'Bad request' }, { status: 400 });
  }
  try {
    return await app.fetch(request);
  } catch (fault) {
    log.error('a request failed', { fault });
    return Response.json({ error: 'Internal server error' }, { status: 500 });
  }
}

const log = getLogger('serverless');
