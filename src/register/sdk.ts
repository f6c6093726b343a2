import {
  context,
  propagation,
  trace,
  type ContextManager,
  type TextMapPropagator,
  type TracerProvider,
} from '@opentelemetry/api';
import { construct, isModule, type AppModules, type LoadedModule } from './app-modules.js';

/** A tracer provider that can be flushed and closed. */
export interface SdkTracerProvider extends TracerProvider {
  shutdown(): Promise<void>;
}

/** What differs between the SDK's generations, so that one set-up serves them all. */
export interface Sdk {
  /** Has the samplers and `BatchSpanProcessor`. */
  readonly module: LoadedModule;
  batch(exporter: object): object;
  /** A resource with the SDK's defaults and what `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say. */
  resource(): unknown;
  provider(config: object): SdkTracerProvider;
  /** Makes the provider the global one, with async context and W3C propagation. */
  makeGlobal(provider: SdkTracerProvider): void;
}

/** Packages through which a strict package manager shows the SDK's parts. */
const HOLDERS = [
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/sdk-node',
];

/**
 * The OpenTelemetry SDK the application has installed: `@opentelemetry/sdk-trace-node` 1.30 or 2.x, else
 * `@opentelemetry/sdk-trace` 2.9 or 3.x. Throws, naming what to install, when there is neither.
 */
export function findSdk(modules: AppModules): Sdk {
  const node = modules.load('@opentelemetry/sdk-trace-node', ['@opentelemetry/sdk-node']);
  if (node !== undefined) return nodeSdk(modules, node);
  const plain = modules.load('@opentelemetry/sdk-trace', ['@opentelemetry/sdk-node']);
  if (plain !== undefined) return plainSdk(modules, plain);
  throw missing('an OpenTelemetry SDK', '@opentelemetry/sdk-trace-node');
}

/** SDK 1.30 and 2.x: `NodeTracerProvider` brings context and propagation. */
function nodeSdk(modules: AppModules, module: LoadedModule): Sdk {
  return {
    module,
    batch: (exporter) => construct(module, 'BatchSpanProcessor', exporter),
    resource: () => resourceFromEnv(modules),
    provider: (config) => asProvider(construct(module, 'NodeTracerProvider', config)),
    makeGlobal: (provider) => {
      if ('register' in provider && typeof provider.register === 'function') provider.register();
    },
  };
}

/** The SDK's `sdk-trace` package: a bare provider, to be completed with a context manager. */
function plainSdk(modules: AppModules, module: LoadedModule): Sdk {
  const hooks = modules.load('@opentelemetry/context-async-hooks', HOLDERS);
  if (hooks === undefined) throw missing('a context manager', '@opentelemetry/context-async-hooks');
  return {
    module,
    batch: (exporter) => construct(module, 'BatchSpanProcessor', { exporter }),
    resource: () => resourceFromEnv(modules),
    provider: (config) => asProvider(construct(module, 'TracerProvider', config)),
    makeGlobal: (provider) => {
      trace.setGlobalTracerProvider(provider);
      const manager = construct(hooks, 'AsyncLocalStorageContextManager');
      if (isContextManager(manager)) context.setGlobalContextManager(manager.enable());
      const core = modules.load('@opentelemetry/core', HOLDERS);
      if (core === undefined) return;
      const propagators = ['W3CTraceContextPropagator', 'W3CBaggagePropagator'].map((name) =>
        construct(core, name),
      );
      const composite = construct(core, 'CompositePropagator', { propagators });
      if (isPropagator(composite)) propagation.setGlobalPropagator(composite);
    },
  };
}

/** SDK 2 has functions for this, SDK 1.30 a class. `undefined` leaves the provider its default. */
function resourceFromEnv(modules: AppModules): unknown {
  const resources = modules.load('@opentelemetry/resources', HOLDERS);
  if (resources === undefined) return undefined;
  const { Resource: legacy, defaultResource, detectResources, detectResourcesSync, envDetector } = resources;
  if (typeof defaultResource === 'function' && typeof detectResources === 'function') {
    return merged(defaultResource(), detectResources({ detectors: [envDetector] }));
  }
  if (
    typeof detectResourcesSync === 'function' &&
    isModule(legacy) &&
    typeof legacy['default'] === 'function'
  ) {
    const detectors = [resources['envDetectorSync']];
    return merged(legacy['default'](), detectResourcesSync({ detectors }));
  }
  return undefined;
}

function merged(resource: unknown, other: unknown): unknown {
  return isModule(resource) && typeof resource['merge'] === 'function' ? resource['merge'](other) : resource;
}

function asProvider(value: object): SdkTracerProvider {
  if (isProvider(value)) return value;
  throw new TypeError('otel-genai-ledger/register: the SDK made no tracer provider');
}

function isProvider(value: object): value is SdkTracerProvider {
  return 'getTracer' in value && typeof value.getTracer === 'function' && 'shutdown' in value;
}

function isContextManager(value: object): value is ContextManager {
  return 'active' in value && 'with' in value && 'enable' in value;
}

function isPropagator(value: object): value is TextMapPropagator {
  return 'inject' in value && 'extract' in value;
}

function missing(what: string, name: string): Error {
  return new Error(
    `otel-genai-ledger/register needs ${what} in your application, and found none. Run: npm install ${name}`,
  );
}
