import { planFile } from '../adapters/slack/render/plan-file.ts';
import { problemLines } from '../adapters/slack/render/problem-lines.ts';
import { replicationSummary } from '../adapters/slack/render/replication.ts';
import { tableOf, verdictWords } from '../adapters/slack/render/verdict.ts';
import { frozenTold, givenTold } from '../domain/approval-words.ts';
import { approvalsOfPlan } from '../domain/approving.ts';
import { replicationText } from '../domain/replication-text.ts';
import { leftOutOfScript } from '../domain/left-out-of-script.ts';
import type { Run } from '../domain/run.ts';
import { isBehind } from '../domain/run-moves.ts';
import { behindTold } from '../domain/behind-words.ts';
import { plainText, told, type Text } from '../domain/text.ts';
import { visible } from '../domain/visible.ts';
import { asTyped } from '../domain/several-fleets.ts';
import { SLASH } from '../ports/use-cases.ts';

/** A run as data: without what is only for its processes, and without the address for private answers. */
export const dataOf = ({ responseUrl: _url, acceptBy: _until, revision: _revision, ...run }: Run): object => run;

/** A sentence as a terminal shows it: commands are named as they are typed there. */
export const plain = (text: Text): string => visible(plainText(text)).replaceAll(`\`${SLASH} `, '`pgdist ');

/** How a run stands, and what it came to. */
export const shownRun = (run: Run, now: Date): string => `${[headline(run), ...standing(run, now)].map((line) => visible(line)).join('\n')}\n`;

const headline = ({ kind, database, fleet, id, state, requestedAt, endedAt, breakGlass }: Run): string =>
  `${breakGlass === undefined ? '' : `break-glass (${breakGlass.reason}) · `}${kind} ${database.name} on ${fleet.name} · run ${id} · ${state.replaceAll('-', ' ')} · asked ${requestedAt}${endedAt === undefined ? '' : `, ended ${endedAt}`}`;

const standing = (run: Run, now: Date): string[] => {
  switch (run.state) {
    case 'awaiting-approval':
      return [...planLines(run), '', ...toDecide(run)];
    case 'blocked':
      return [...planLines(run), '', `Nothing was changed. When it is mended: pgdist retry ${run.id}`];
    case 'failed':
      return run.answer === undefined ? failed(run) : answered(run, now);
    case 'succeeded':
      if (run.kind === 'plan') return [...planLines(run), '', `Nothing was changed. To have it: pgdist deploy ${asTyped(run)}`];
      if (run.answer !== undefined && run.kind !== 'deploy') return answered(run, now);
      if (run.script !== undefined) return [`run.sh and ${run.script.files - 1} files, ${run.script.bytes} bytes${leftOutOfScript(run.script)}`];
      return run.bundle === undefined ? table(run, now) : [`${run.bundle.files} files, ${run.bundle.bytes} bytes`];
    case 'superseded':
      return ['The plan no longer fits:', ...(run.differences ?? []).map((line) => `- ${line}`), `Plan it again: pgdist retry ${run.id}`];
    case 'rejected':
      return [`Nothing was changed.${run.rejection?.reason === undefined ? '' : ` Reason: ${run.rejection.reason}`}`];
    case 'expired':
      return [
        `${run.approval === undefined ? 'Nobody decided in time' : 'It was approved, and its turn did not come in time'}, nothing was changed. Plan it again: pgdist retry ${run.id}`,
      ];
    case 'cancelled':
      return [`What is in place stays. To go on: pgdist retry ${run.id}`];
    case 'queued':
      return [...(isBehind(run) ? [plain(told`${behindTold(run)}`)] : []), `Follow it: pgdist runs ${run.id} --watch`];
    case 'planning':
    case 'applying':
    case 'verifying':
    case 'cancelling':
      return [`Follow it: pgdist runs ${run.id} --watch`];
  }
};

const planLines = (run: Run): string[] => (run.plan === undefined ? [] : planFile(run, run.plan).content.trimEnd().split('\n'));

const toDecide = (run: Run): string[] => {
  const { id, plan, planExpiresAt, frozen } = run;
  const digest = plan?.digest.slice(0, 12) ?? '';
  const given = approvalsOfPlan(run);
  return [
    ...(frozen === undefined ? [] : [`It is ${plain(told`${frozenTold(frozen, plan?.plannedAt ?? frozen.from)}`)}: nobody can approve it then.`]),
    ...(given.length === 0 ? [] : [`Approved by ${plain(told`${givenTold(given)}`)}, and more approvals are wanted.`]),
    `It waits for approval${planExpiresAt === undefined ? '' : ` until ${planExpiresAt}`}:`,
    `  pgdist approve ${id} --plan ${digest}`,
    `  pgdist reject ${id} --plan ${digest} --reason "…"`,
  ];
};

const answered = (run: Run, now: Date): string[] => {
  const { verdict, problems } = verdictWords(run);
  return [plain(verdict), ...problems.flatMap((problem) => problemLines(problem, run.fleet, plain)), ...table(run, now)];
};

const failed = (run: Run): string[] => [
  run.failure === undefined ? (run.bug ?? 'It ended before its first step.') : `It failed at: ${run.failure.stepTitle}`,
  ...(run.failure?.problems ?? []).flatMap((problem) => problemLines(problem, run.fleet, plain)),
  `To go on: pgdist retry ${run.id}`,
];

const table = (run: Run, now: Date): string[] => {
  const found = tableOf(run);
  return found === undefined ? [] : ['', replicationSummary(found, run.database), '', ...replicationText(found, now).split('\n')];
};
