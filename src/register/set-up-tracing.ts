import { diag, DiagConsoleLogger, DiagLogLevel, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { GenAIUsageSpanProcessor, UsageLedgerExporter, UsageRecordingSampler } from '../index.js';
import { AppModules } from './app-modules.js';
import { instrument } from './instrument.js';
import { samplerFromEnv } from './sampler-from-env.js';
import { findSdk } from './sdk.js';
import { otlpExporterFromEnv } from './trace-exporters.js';

/**
 * Sets up tracing for an application that has no OpenTelemetry code: a global tracer provider with the usage ledger,
 * the OTLP exporter the environment asks for, and the installed instrumentations. Where a global provider exists
 * already, or `OTEL_SDK_DISABLED` is true, it changes nothing. Throws when no SDK is installed. The provider is shut
 * down when the event loop runs empty; what a kill cuts off is in the ledger's journal.
 */
export function setUpTracing(
  env: NodeJS.ProcessEnv = process.env,
  modules: AppModules = AppModules.ofProcess(),
): void {
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return;
  if (hasGlobalProvider()) {
    process.emitWarning(
      'a tracer provider is registered already, so otel-genai-ledger/register changes nothing; ' +
        'add a GenAIUsageSpanProcessor to that provider instead',
      { code: 'OTEL_GENAI_LEDGER_REGISTER' },
    );
    return;
  }
  diag.setLogger(new DiagConsoleLogger(), { logLevel: logLevel(env), suppressOverrideMessage: true });
  const sdk = findSdk(modules);
  const exporter = otlpExporterFromEnv(modules, env);
  const ledger = new GenAIUsageSpanProcessor(new UsageLedgerExporter());
  const resource = sdk.resource();
  const provider = sdk.provider({
    sampler: new UsageRecordingSampler(samplerFromEnv(sdk.module, env)),
    spanProcessors: exporter === undefined ? [ledger] : [sdk.batch(exporter), ledger],
    ...(resource === undefined ? {} : { resource }),
  });
  sdk.makeGlobal(provider);
  const active = instrument(modules);
  if (active.length === 0) diag.warn('otel-genai-ledger/register: no known instrumentation is installed');
  else diag.info(`otel-genai-ledger/register: switched on ${active.join(', ')}`);
  process.once('beforeExit', () => {
    // A collector that is away fails the other processor, and no application exits with an error for that.
    provider.shutdown().catch((error: unknown) => diag.error(`otel-genai-ledger/register: ${String(error)}`));
  });
}

/** True when somebody registered a provider, with this or another copy of the API. */
function hasGlobalProvider(): boolean {
  const current = trace.getTracerProvider();
  if (!(current instanceof ProxyTracerProvider)) return true;
  return current.getDelegate() !== new ProxyTracerProvider().getDelegate();
}

/** `OTEL_LOG_LEVEL`, default `WARN`: with no code of its own, an application has no other place to hear of problems. */
function logLevel(env: NodeJS.ProcessEnv): DiagLogLevel {
  const levels: ReadonlyMap<string, DiagLogLevel> = new Map([
    ['NONE', DiagLogLevel.NONE],
    ['ERROR', DiagLogLevel.ERROR],
    ['WARN', DiagLogLevel.WARN],
    ['INFO', DiagLogLevel.INFO],
    ['DEBUG', DiagLogLevel.DEBUG],
    ['VERBOSE', DiagLogLevel.VERBOSE],
    ['ALL', DiagLogLevel.ALL],
  ]);
  return levels.get(env['OTEL_LOG_LEVEL']?.trim().toUpperCase() ?? '') ?? DiagLogLevel.WARN;
}
