import { setUpTracing } from './register/set-up-tracing.js';

// `node --import otel-genai-ledger/register app.mjs`: tracing and the usage ledger for applications without any
// OpenTelemetry code.
setUpTracing();
