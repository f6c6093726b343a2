import type { Dialect } from './dialect.js';
import { ELASTIC } from './elastic.js';
import { GENKIT } from './genkit.js';
import { GOOGLE_ADK } from './google-adk.js';
import { LANGFUSE } from './langfuse.js';
import { MASTRA } from './mastra.js';
import { OPENINFERENCE_BEDROCK } from './openinference-bedrock.js';
import { OPENINFERENCE_LANGCHAIN } from './openinference-langchain.js';
import { OPENINFERENCE_CLIENT } from './openinference.js';
import { OPENLIT_FRAMEWORK } from './openlit-framework.js';
import { OPENLIT } from './openlit.js';
import { OTEL_AWS_SDK } from './otel-aws-sdk.js';
import { OTEL_OPENAI } from './otel-openai.js';
import { SENTRY } from './sentry.js';
import { STRANDS } from './strands.js';
import { TRACELOOP_FRAMEWORK } from './traceloop-framework.js';
import { TRACELOOP } from './traceloop.js';
import { VERCEL_AI7 } from './vercel-ai7.js';
import { VERCEL_AI } from './vercel.js';

/** All libraries known by name; the first whose scope fits is taken, so the narrower ones come first. */
export const DIALECTS: readonly Dialect[] = [
  OTEL_OPENAI,
  ELASTIC,
  OTEL_AWS_SDK,
  TRACELOOP_FRAMEWORK,
  TRACELOOP,
  OPENINFERENCE_LANGCHAIN,
  OPENINFERENCE_BEDROCK,
  OPENINFERENCE_CLIENT,
  VERCEL_AI,
  VERCEL_AI7,
  OPENLIT_FRAMEWORK,
  OPENLIT,
  LANGFUSE,
  SENTRY,
  GENKIT,
  MASTRA,
  STRANDS,
  GOOGLE_ADK,
];
