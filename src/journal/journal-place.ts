import type { Clock } from '../config/clock.js';
import type { FileSystem } from './file-system.js';
import type { ProtocolRules } from './protocol-rules.js';

/** What a journal needs of its surroundings. */
export interface JournalPlace {
  readonly directory: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly graceMillis: number;
  readonly rules: ProtocolRules;
}
