import { diag, type Sampler } from '@opentelemetry/api';
import { construct, type LoadedModule } from './app-modules.js';

const log = diag.createComponentLogger({ namespace: 'otel-genai-ledger' });

/**
 * The sampler `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` name (OTel specification, "General SDK
 * Configuration"), built from the application's SDK; default `parentbased_always_on`. It decides about traces only:
 * the ledger sees every span whatever it says.
 */
export function samplerFromEnv(sdk: LoadedModule, env: NodeJS.ProcessEnv): Sampler {
  const name = env['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const parentBased = name.startsWith('parentbased_');
  const root = rootSampler(sdk, parentBased ? name.slice('parentbased_'.length) : name, env);
  if (root === undefined) {
    log.warn(`OTEL_TRACES_SAMPLER=${name} is not known; parentbased_always_on is used`);
    return sampler(sdk, 'ParentBasedSampler', { root: sampler(sdk, 'AlwaysOnSampler') });
  }
  return parentBased ? sampler(sdk, 'ParentBasedSampler', { root }) : root;
}

function rootSampler(sdk: LoadedModule, name: string, env: NodeJS.ProcessEnv): Sampler | undefined {
  switch (name) {
    case 'always_on':
      return sampler(sdk, 'AlwaysOnSampler');
    case 'always_off':
      return sampler(sdk, 'AlwaysOffSampler');
    case 'traceidratio':
      return sampler(sdk, 'TraceIdRatioBasedSampler', ratio(env['OTEL_TRACES_SAMPLER_ARG']));
    default:
      return undefined;
  }
}

function ratio(text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? 1 : Number(text);
  if (value >= 0 && value <= 1) return value;
  log.warn(`OTEL_TRACES_SAMPLER_ARG=${text ?? ''} is no number from 0 to 1; 1 is used`);
  return 1;
}

function sampler(sdk: LoadedModule, name: string, ...args: readonly unknown[]): Sampler {
  const made = construct(sdk, name, ...args);
  if (isSampler(made)) return made;
  throw new TypeError(`otel-genai-ledger/register: ${name} of the SDK is no sampler`);
}

function isSampler(value: object): value is Sampler {
  return 'shouldSample' in value && typeof value.shouldSample === 'function';
}
