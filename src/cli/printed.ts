import type { Run } from '../domain/run.ts';
import { outputOf, tableOf, type Format } from '../terminal/output.ts';
import { dataOf, plain, shownRun } from './show-run.ts';
import type { Outcome } from './verbs.ts';

/** What goes to standard output. */
export const printed = (outcome: Outcome, format: Format, now: Date): string => {
  switch (outcome.kind) {
    case 'run': {
      const { run, file } = outcome;
      const data = { run: dataOf(run), ...(file === undefined ? {} : { file }) };
      return outputOf(format, data, () => `${shownRun(run, now)}${file === undefined ? '' : `written to ${file}\n`}`);
    }
    case 'runs':
      return outputOf(format, { runs: outcome.runs.map(dataOf) }, () => listOf(outcome.runs));
    case 'text':
      return outputOf(format, { text: plain(outcome.text) }, () => `${plain(outcome.text)}\n`);
  }
};

const listOf = (runs: readonly Run[]): string =>
  tableOf(
    ['RUN', 'KIND', 'DATABASE', 'FLEET', 'STATE', 'ASKED', 'BY', 'ENDED'],
    runs.map(({ id, kind, database, fleet, state, requestedAt, requestedBy, endedAt = '' }) => [
      id,
      kind,
      database.name,
      fleet.name,
      state.replaceAll('-', ' '),
      requestedAt,
      requestedBy.userId,
      endedAt,
    ]),
  );
