import type { Command } from 'commander';
import { collect, FILES, joined } from './help-text.js';

/**
 * Adds the options that choose what is reported, with their defaults. With `--until` alone the beginning is open: a
 * default period that ends after it would be none.
 */
export function withQuery(command: Command, by: string, since: string): Command {
  return command
    .hook('preAction', (chosen) => {
      const { by: columns, since: begin, until } = chosen.opts();
      if (columns === undefined) chosen.setOptionValue('by', by);
      if (begin === undefined && until === undefined) chosen.setOptionValue('since', since);
    })
    .argument('[files...]', FILES)
    .option(
      '--by <columns>',
      `columns, comma separated: hour, day, week, month, provider, model, operation, service or a dimension (default: ${by})`,
      joined,
    )
    .option(
      '--since <when>',
      `2026-11-22, 2026-11, a time, today, yesterday, 24h, 7d, 2w or all (default: ${since}; all when only --until is given)`,
    )
    .option('--until <when>', 'the same; a date or month is included whole')
    .option('--timezone <zone>', "IANA time zone of days and dates (default: the ledger's)")
    .option('--where <column=value>', 'only rows with that value; may be repeated', collect);
}
