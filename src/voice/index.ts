/** The SDK for voice agents: everything that a builder may use, and nothing else. */
export { AgentBase, type AgentOptions, type DynamicConfigCallback } from './agent-base.ts';
export { AgentServer, type AgentServerOptions } from './agent-server.ts';
export type { AuthConfig } from './auth-config.ts';
export { AuthHandler } from './auth-handler.ts';
export { ConfigFile, ConfigFile as ConfigLoader } from './config-file.ts';
export type { LanguageConfig, McpServerOptions, PatternHint, PronunciationRule } from './configurable-agent.ts';
export { ConfigurationError } from './configuration-error.ts';
export { Context, createSimpleContext } from './context.ts';
export { ContextBuilder } from './context-builder.ts';
export { createExpressionTool, createSimpleApiTool, DataMap } from './data-map.ts';
export { type CallDetails, callOf } from './door/call-body.ts';
export type { CallRequest } from './door/served.ts';
export type { Serving } from './door/serving.ts';
export { type ExecutionMode, getExecutionMode } from './execution-mode.ts';
export { FunctionResult, FunctionResult as SwaigFunctionResult } from './function-result.ts';
export { GatherInfo } from './gather-info.ts';
export { GatherQuestion } from './gather-question.ts';
export {
  getLogger,
  Logger,
  resetLoggingConfiguration,
  setGlobalLogColor,
  setGlobalLogFormat,
  setGlobalLogLevel,
  setGlobalLogStream,
  suppressAllLogs,
} from './logger.ts';
export { FAQBotAgent, type FAQBotConfig } from './prefabs/faq-bot-agent.ts';
export {
  InfoGathererAgent,
  type InfoGathererConfig,
  type InfoGathererQuestionCallback,
} from './prefabs/info-gatherer-agent.ts';
export {
  ReceptionistAgent,
  type ReceptionistConfig,
  type ReceptionistDepartment,
} from './prefabs/receptionist-agent.ts';
export { PromptObjectModel } from './prompt-object-model.ts';
export { stripControlChars } from './security/control-chars.ts';
export { filterSensitiveHeaders } from './security/header-filter.ts';
export { safeAssign } from './security/safe-assign.ts';
export { redactUrl } from './security/url-redaction.ts';
export { validateUrl } from './security/url-validation.ts';
export {
  ServerlessAdapter,
  type ServerlessEvent,
  type ServerlessPlatform,
  type ServerlessResponse,
} from './serverless-adapter.ts';
export { type BoundArguments, SessionManager, type SessionManagerOptions, type TokenParts } from './session-manager.ts';
export type { ServiceSettings, VoiceSettings } from './settings.ts';
export { DateTimeSkill } from './skills/builtin/date-time-skill.ts';
export { FaqSkill } from './skills/builtin/faq-skill.ts';
export { InfoGathererSkill } from './skills/builtin/info-gatherer-skill.ts';
export { MathSkill } from './skills/builtin/math-skill.ts';
export { type TransferDestination, TransferSkill } from './skills/builtin/transfer-skill.ts';
export { WebFetchSkill } from './skills/builtin/web-fetch-skill.ts';
export type { InterviewQuestion as InfoGathererQuestion } from './skills/rules/interview.ts';
export type { Answerable as FAQEntry } from './skills/rules/word-overlap.ts';
export { SkillBase } from './skills/skill-base.ts';
export { type LoadedSkill, SkillManager } from './skills/skill-manager.ts';
export type { ParameterSchema, ParameterSchemaEntry } from './skills/skill-parameters.ts';
export {
  listSkills,
  listSkillsWithParams,
  registerSkill,
  type SkillClass,
  SkillRegistry,
  type SkillSchemaInfo,
} from './skills/skill-registry.ts';
export {
  defineSkillTool,
  type SkillConfig,
  type SkillPromptSection,
  type SkillToolDefinition,
} from './skills/skill-tool.ts';
export { SslConfig } from './ssl-config.ts';
export { Step } from './step.ts';
export {
  SwaigFunction,
  type SwaigFunctionOptions,
  type SwaigHandler,
  type SwaigRequest,
} from './swaig-function.ts';
export { SwmlBuilder } from './swml-builder.ts';
export { type RoutingCallback, type ServiceOptions, SWMLService, type VerbHandler } from './swml-service.ts';
export type { OnToolCall } from './tools/run-function.ts';
export type { TokenUses } from './tools/token-uses.ts';
export { WebService } from './web-service.ts';
