import { channel as channelToken, code, joined, link, phrase, type Phrase, told, type Text, within } from '../domain/text.ts';
import { timeToken, userToken } from '../domain/problem.ts';
import type { Run, RunKind } from '../domain/run.ts';
import { isBehind } from '../domain/run-moves.ts';
import { behindTold, otherRun } from '../domain/behind-words.ts';
import { absenceTold, type WorkersKnown } from '../domain/workers.ts';

/** 'Run `r7k2` by @alice is deploying `postgres` on fleet demo since 14:02 (step 9 of 31)' */
export const runUnderWay = (run: Run): Phrase => {
  const { id, requestedBy, database, fleet } = run;
  return phrase`Run \`${id}\` by ${userToken(requestedBy.userId)} ${doing(run)} \`${database.name}\` on fleet **${fleet.name}** ${since(run)}${unseen(run)}`;
};

const unseen = ({ thread: { channel, refusal } }: Run): string | Phrase =>
  refusal === undefined ? '' : phrase`, seen by nobody, as pgdist may not write in ${channelToken(channel)} (${code(refusal.error)})`;

const doing = (run: Run): string | Phrase => {
  const { state, kind } = run;
  if (isBehind(run)) return phrase`${run.behind.what === 'fleet' ? 'is approved and ' : 'is '}queued behind run ${otherRun(run.behind)} to deploy`;
  if (state === 'awaiting-approval') return 'waits for approval to deploy';
  if (state === 'applying') return 'is deploying';
  if (state === 'cancelling') return 'is being cancelled: it was deploying';
  if (kind === 'bundle') return 'is collecting a support bundle of';
  if (kind === 'export') return 'is writing a script of';
  if (state === 'verifying') return 'is verifying';
  return kind === 'deploy' || kind === 'plan' ? 'is planning a deploy of' : `is asking for ${kind} of`;
};

const since = (run: Run): Phrase => {
  const at = run.state === 'applying' ? (run.approval?.at ?? run.requestedAt) : run.requestedAt;
  const steps = run.plan?.steps.length ?? 0;
  if (run.state !== 'applying' || steps === 0) return phrase`since ${timeToken(at)}`;
  const ended = Object.values(run.outcomes).filter(({ state }) => state === 'done' || state === 'in-place').length;
  return phrase`since ${timeToken(at)} (step ${Math.min(steps, ended + 1)} of ${steps})`;
};

/** Whom to tell of an outage. */
export const thoseWhoRun = (admins: readonly string[]): Phrase =>
  admins.length === 0 ? phrase`the people who run pgdist` : within(joined(admins.map(userToken), ', '));

const STARTED: Readonly<Record<RunKind, string>> = {
  deploy: 'Planning',
  plan: 'Planning',
  verify: 'Verifying',
  status: 'Asking',
  bundle: 'Collecting',
  export: 'Writing',
};

/** What was started, and where its answer comes; where nobody works on it, that. */
export const started = (run: Run, workers: WorkersKnown): Text => {
  const { id, kind, database, fleet, private: secret = false, thread } = run;
  if (workers.kind === 'none')
    return joined(
      [told`\`${kind} ${database.name}\` on fleet **${fleet.name}** is accepted and waits · run \`${id}\``, absenceTold(workers, run)],
      '\n',
    );
  if (isBehind(run)) return told`${behindTold(run)}`;
  return told`${STARTED[kind]} \`${kind} ${database.name}\` on fleet **${fleet.name}** · run \`${id}\` · ${whereToLook(kind, secret, thread.permalink)}`;
};

const whereToLook = (kind: RunKind, secret: boolean, permalink: string | undefined): string | Phrase => {
  if (kind === 'status') return secret ? 'the answer comes to you alone' : 'the answer follows in this channel';
  return permalink === undefined ? 'follow it in this channel, its thread tells the rest' : phrase`follow it in ${link(permalink, 'the thread')}`;
};
