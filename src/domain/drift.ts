import { createHash } from 'node:crypto';
import { cutText } from './bounded.ts';
import { canonicalJson } from './digest.ts';
import type { Change } from './finding.ts';
import type { PlannedStep } from './plan.ts';
import type { Problem } from './problem.ts';
import { code, told } from './text.ts';

/** Fields that a notice names, and characters of a value in it. */
const MOST_FIELDS = 12;
const VALUE_LENGTH = 60;

/** What is in place and differs from what a plan of the same configuration wants. */
interface Drift {
  /** The same as long as the same differs. */
  readonly digest: string;
  readonly problem: Problem;
}

/** The findings of a plan walk with the configuration that was deployed; undefined where all of it is in place. What could not be seen is no difference. */
export const driftOf = (database: string, approvedBy: string, steps: readonly PlannedStep[]): Drift | undefined => {
  const changes = steps.flatMap(({ finding }) => (finding.kind === 'change' ? finding.changes : []));
  const fields = changes.flatMap(fieldsOf);
  if (fields.length === 0) return undefined;
  const [first] = changes;
  const shown = fields.length <= MOST_FIELDS ? fields : [...fields.slice(0, MOST_FIELDS - 1), `and ${fields.length - MOST_FIELDS + 1} more`];
  return {
    digest: createHash('sha256').update(canonicalJson(fields)).digest('hex').slice(0, 12),
    problem: {
      code: 'PGD-092',
      ...(first === undefined ? {} : { cluster: first.cluster }),
      what: told`${fields.length === 1 ? 'Something' : `${fields.length} things`} of ${database} ${fields.length === 1 ? 'differs' : 'differ'} from the plan that was approved with run ${code(approvedBy)}`,
      evidence: shown,
      remedy: told`Find out who changed it. ${code(`/pgdist deploy ${database}`)} plans what puts it back, or write into \`pgdist.yaml\` what it should be.`,
    },
  };
};

const fieldsOf = ({ object, cluster, action, fields }: Change): string[] =>
  fields.length === 0 || action === 'create' || action === 'install'
    ? [`${object} on ${cluster}: ${action === 'create' || action === 'install' ? 'is missing' : `would be ${PAST[action]}`}`]
    : fields
        .filter(({ later }) => later === undefined)
        .map(({ path, from, to }) => `${object} on ${cluster}: ${path} is ${valueText(from)}, approved was ${valueText(to)}`);

const PAST = { change: 'changed', delete: 'deleted', restart: 'restarted', run: 'run' } as const;

const valueText = (value: unknown): string => cutText(value === undefined ? 'absent' : JSON.stringify(value), VALUE_LENGTH);
