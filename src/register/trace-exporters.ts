import { diag } from '@opentelemetry/api';
import { construct, type AppModules } from './app-modules.js';

const log = diag.createComponentLogger({ namespace: 'otel-genai-ledger' });

/** Packages that bring the exporters along as dependencies. */
const HOLDERS = ['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node'];

/** `OTEL_EXPORTER_OTLP_PROTOCOL` → package (OTel specification, "Protocol Exporter"; default `http/protobuf`). */
const OTLP_PACKAGES: ReadonlyMap<string, string> = new Map([
  ['http/protobuf', '@opentelemetry/exporter-trace-otlp-proto'],
  ['http/json', '@opentelemetry/exporter-trace-otlp-http'],
  ['grpc', '@opentelemetry/exporter-trace-otlp-grpc'],
]);

/**
 * The OTLP span exporter the environment asks for, if any: `OTEL_TRACES_EXPORTER` lists `otlp`, or it is not set and
 * `OTEL_EXPORTER_OTLP_(TRACES_)ENDPOINT` is. (The specification's default of `otlp` without any setting would make
 * everyone without a collector log failed exports.) Throws when its package is not installed; the exporter itself
 * reads its endpoint and headers from the environment.
 */
export function otlpExporterFromEnv(modules: AppModules, env: NodeJS.ProcessEnv): object | undefined {
  if (!wantsOtlp(env)) return undefined;
  const protocol =
    env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
  const name = OTLP_PACKAGES.get(protocol);
  if (name === undefined) {
    log.warn(`OTEL_EXPORTER_OTLP_PROTOCOL=${protocol} is not known; traces are not exported`);
    return undefined;
  }
  const loaded = modules.load(name, HOLDERS);
  if (loaded === undefined) {
    throw new Error(
      `otel-genai-ledger/register: the environment asks for traces by OTLP (${protocol}), but ${name} is not ` +
        `installed. Run: npm install ${name} (or set OTEL_TRACES_EXPORTER=none)`,
    );
  }
  return construct(loaded, 'OTLPTraceExporter');
}

function wantsOtlp(env: NodeJS.ProcessEnv): boolean {
  const listed = env['OTEL_TRACES_EXPORTER'];
  if (listed === undefined || listed.trim() === '') {
    return Boolean(env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT']);
  }
  const names = listed.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => name !== 'otlp' && name !== 'none');
  if (unknown.length > 0) log.warn(`OTEL_TRACES_EXPORTER: ${unknown.join(', ')} not supported by register`);
  return names.includes('otlp');
}
