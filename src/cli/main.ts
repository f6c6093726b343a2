#!/usr/bin/env node
import { EXIT } from './cli-error.js';
import { run } from './run.js';
import { processTerminal } from './terminal.js';

let failed = false;
const terminal = processTerminal((error) => {
  failed = true;
  terminal.err(`genai-ledger: cannot write the output: ${error.message}\n  Write it to a place with room.\n`);
});
const exitCode = await run(process.argv.slice(2), terminal);
process.exitCode = failed ? EXIT.data : exitCode;
