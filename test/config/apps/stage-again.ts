// Stages a file while none can be opened, and again when they can.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { nodeFileSystem } from '../../../src/journal/node-file-system.js';

const { path } = JSON.parse(process.argv[2] ?? '{}') as { path: string };
const descriptors: number[] = [];
try {
  for (;;) descriptors.push(openSync('/dev/null', 'r'));
} catch {
  // that was the last one
}
const stage = (): Promise<void> => nodeFileSystem.stage(path, Buffer.from('whole'), undefined);
const failure: unknown = await stage().catch((error: unknown) => error);
for (const descriptor of descriptors) closeSync(descriptor);
await stage();
console.log(JSON.stringify({ failed: failure instanceof Error, content: readFileSync(path, 'utf8') }));
