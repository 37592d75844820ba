import { nearestTo } from '../domain/nearest.ts';
import { phrase, type Phrase } from '../domain/text.ts';
import { SLASH } from '../ports/use-cases.ts';

/** What to do in place of what no verb does, for a word that people expect to be one; undefined: nobody is known to. A name stands in it while there is only one database. */
export const instead = (word: string, databases: readonly { readonly name: string }[]): Phrase | undefined =>
  sentenceFor(word.toLowerCase(), INSTEAD, databases);

/** The same for a word that is nearly one of these. */
export const insteadOfNearly = (word: string, databases: readonly { readonly name: string }[]): Phrase | undefined => {
  const words = INSTEAD.flatMap(([of]) => of.split(' ')).filter(({ length }) => length >= LONG_ENOUGH);
  const nearest = nearestTo(word, words);
  return nearest === undefined ? undefined : instead(nearest, databases);
};

/** Shorter words are near to anything. */
const LONG_ENOUGH = 5;

/** The same for an option that no verb has. */
export const insteadOfOption = (option: string, databases: readonly { readonly name: string }[] = []): Phrase | undefined =>
  sentenceFor(
    option
      .toLowerCase()
      .replace(/^-{1,2}/, '')
      .replace(/=.*$/s, ''),
    INSTEAD_OF_OPTIONS,
    databases,
  );

type Sentence = (database: string) => Phrase;
type Sentences = readonly (readonly [words: string, sentence: Sentence])[];

const sentenceFor = (word: string, sentences: Sentences, databases: readonly { readonly name: string }[]): Phrase | undefined => {
  const [only, ...others] = databases;
  return sentences.find(([words]) => words.split(' ').includes(word))?.[1](only !== undefined && others.length === 0 ? only.name : '<database>');
};

const typed = (line: string): Phrase => phrase`\`${SLASH} ${line}\``;

const planned: Sentence = (database) =>
  phrase`${typed(`plan ${database}`)} shows what a deploy would do and asks nobody. A deploy shows the same, and changes nothing before an approver presses **Approve**.`;

/** Words, each with its sentence. Exported for tests. */
export const INSTEAD: Sentences = [
  [
    'approve approved accept lgtm ok okay yes confirm',
    () => phrase`An approver presses **Approve** below the plan, in the thread of its run. ${typed('runs')} links to the threads.`,
  ],
  [
    'rejected decline deny refuse no',
    () =>
      phrase`${typed('reject <run> <reason>')} rejects the plan of a run, as does **Reject** below it, in its thread. ${typed('runs')} links to the threads.`,
  ],
  [
    'retry rerun redo again replan repeat',
    (database) =>
      phrase`Press **Retry** or **Plan again** at the end of the run's thread (${typed('runs')} links to it), or type ${typed(`deploy ${database}`)} for a new plan.`,
  ],
  ['dry-run dryrun preview diff simulate whatif what-if', planned],
  [
    'apply create install init start up run launch provision add sync reconcile setup new',
    (database) => phrase`${typed(`deploy ${database}`)} plans what is missing and brings it about once it is approved.`,
  ],
  [
    'delete remove destroy drop uninstall purge teardown tear-down wipe rm down undeploy decommission',
    () =>
      phrase`Nothing of pgdist removes a database. Whoever may deletes its Postgres object with kubectl; the deletionPolicy in it says what then becomes of the data.`,
  ],
  [
    'scale resize replicas scale-up scale-down grow shrink expand',
    (database) =>
      phrase`Change \`replicas\`, \`placement\` or \`storage\` of the database in \`pgdist.yaml\` and restart pgdist with it; ${typed(`deploy ${database}`)} then plans the difference.`,
  ],
  [
    'upgrade update version migrate downgrade patch set edit config configure change',
    (database) =>
      phrase`What a database should be stands in \`pgdist.yaml\`: change it there and restart pgdist with it; ${typed(`deploy ${database}`)} then plans the difference.`,
  ],
  [
    'restart reboot reload bounce recreate',
    (database) =>
      phrase`Nothing of pgdist restarts a database: \`kubectl delete pod\` on one of its pods has KubeDB start that anew. ${typed(`status ${database}`)} shows which pod is primary.`,
  ],
  [
    'failover switchover promote fail-over switch-over demote primary',
    (database) => phrase`KubeDB moves the primary by itself when it is lost. ${typed(`status ${database}`)} shows where it is now.`,
  ],
  [
    'backup restore dump snapshot pitr recover',
    () => phrase`Nothing of pgdist makes or restores backups: use what backs up your clusters, or \`pg_dump\` against the database.`,
  ],
  [
    'rollback undo revert roll-back reset',
    (database) =>
      phrase`What was done stays in place and a run can only be stopped (${typed('cancel <run>')}). Put the former values back into \`pgdist.yaml\`, restart pgdist with it, and ${typed(`deploy ${database}`)} plans the way back.`,
  ],
  [
    'stop abort kill halt interrupt terminate pause',
    () => phrase`${typed('cancel <run>')} stops a run; ${typed('runs')} names those under way. A database that runs is never stopped by pgdist.`,
  ],
  [
    'logs log tail events trace output progress watch follow details',
    () => phrase`What a run did stands in its thread (${typed('runs')} links to it); ${typed('audit <run>')} lists who asked and decided.`,
  ],
  [
    'why diagnose debug inspect troubleshoot analyze analyse reason cause',
    (database) => phrase`${typed(`explain ${database}`)} looks at every step and tells the cause, what follows from it and what is ruled out.`,
  ],
  [
    'list ls show get describe databases database dbs info clusters fleet ps state',
    (database) => phrase`${typed('status')} tells of the databases, ${typed(`status ${database}`)} of one; ${typed('runs')} lists the newest runs.`,
  ],
  [
    'check test health healthcheck health-check validate ping alive lag replication',
    (database) => phrase`${typed(`status ${database}`)} asks how a database is now, ${typed(`verify ${database}`)} looks at every step.`,
  ],
  [
    'connect psql login credentials password secret dsn url shell exec sql query',
    (database) =>
      phrase`Passwords are never shown here, and no SQL is run for others. The last reply of a deploy says how to connect and which Secret holds the credentials; ${typed(`status ${database}`)} shows where the primary is.`,
  ],
  [
    'queue approvals whoami who waiting',
    () => phrase`${typed('pending')} lists the plans that wait, first those that wait for you, and what is locked.`,
  ],
];

const INSTEAD_OF_OPTIONS: Sentences = [
  ['dry-run dryrun plan check diff preview what-if whatif n no-op noop', planned],
  [
    'force f yes y approve auto-approve no-confirm skip-approval',
    () => phrase`Nothing goes past the plan: an approver presses **Approve** below it.`,
  ],
  ['wait follow watch w', () => phrase`The run tells how it goes on in its thread.`],
  ['verbose v debug vv vvv trace', (database) => phrase`${typed(`verify ${database}`)} looks at every step and says what was seen.`],
  [
    'replicas version storage set values file cluster clusters context namespace config size',
    () => phrase`What a database should be, and where, stands in \`pgdist.yaml\`.`,
  ],
  ['json yaml o output format', () => phrase`Answers are for people.`],
];
