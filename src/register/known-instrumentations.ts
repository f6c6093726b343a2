/**
 * Instrumentations `register` switches on when the application has them: per library the first one installed, since
 * two on one library would only report every call twice. Each is an npm package whose class ends in `Instrumentation`.
 * The HTTP ones make no calls, but their request spans carry users and sessions.
 */
export const KNOWN_INSTRUMENTATIONS: readonly (readonly string[])[] = [
  [
    '@opentelemetry/instrumentation-openai',
    '@arizeai/openinference-instrumentation-openai',
    '@traceloop/instrumentation-openai',
    '@elastic/opentelemetry-instrumentation-openai',
  ],
  ['@traceloop/instrumentation-anthropic', '@arizeai/openinference-instrumentation-anthropic'],
  ['@traceloop/instrumentation-langchain', '@arizeai/openinference-instrumentation-langchain'],
  ['@traceloop/instrumentation-bedrock', '@arizeai/openinference-instrumentation-bedrock'],
  ['@traceloop/instrumentation-google-generativeai'],
  ['@traceloop/instrumentation-vertexai'],
  ['@traceloop/instrumentation-cohere'],
  ['@traceloop/instrumentation-together'],
  ['@traceloop/instrumentation-llamaindex'],
  ['@opentelemetry/instrumentation-aws-sdk'],
  ['@opentelemetry/instrumentation-http'],
  ['@opentelemetry/instrumentation-undici'],
  ['@opentelemetry/instrumentation-express'],
  ['@opentelemetry/instrumentation-fastify'],
  ['@opentelemetry/instrumentation-koa'],
  ['@opentelemetry/instrumentation-nestjs-core'],
];
