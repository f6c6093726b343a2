// An application that has set up tracing by itself; it tells whether its provider is still the global one.
import { trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const provider = new NodeTracerProvider();
provider.register();
process.once('beforeExit', () => console.log(trace.getTracerProvider().getDelegate() === provider));
