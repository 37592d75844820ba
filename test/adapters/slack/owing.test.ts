import { expect, test } from 'vitest';
import { createOwing } from '../../../src/adapters/slack/owing.ts';
import { tellOwed } from '../../../src/adapters/slack/tell-owed.ts';
import type { OwedAnswer, OwedAnswers } from '../../../src/ports/owed-answers.ts';
import { told } from '../../../src/domain/text.ts';
import { quietLog } from '../../support/quiet-log.ts';

const bob = { userId: 'U0BOB', teamId: 'T0' };
const asked = { id: 't1', by: bob, what: 'approve', runId: 'r1', channel: 'C0DB', threadTs: '100.1' } as const;

/** Time that goes on by itself whenever somebody sleeps, for what is owed and for who lives. */
const world = () => {
  let nowMs = Date.parse('2026-11-22T14:05:00.000Z');
  const kept = new Map<string, { readonly answer: OwedAnswer; dueMs: number }>();
  const owed: OwedAnswers = {
    owe: async (answer) => void kept.set(answer.id, { answer, dueMs: nowMs + 10_000 }),
    settle: async (id) => void kept.delete(id),
    async take() {
      const due = [...kept.values()].filter(({ dueMs }) => dueMs <= nowMs);
      for (const one of due) one.dueMs = nowMs + 10_000;
      return due.map(({ answer }) => answer);
    },
  };
  const clock = (isDead: () => boolean = () => false) => ({
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      isDead()
        ? new Promise<void>(() => undefined)
        : new Promise<void>((resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason as Error));
            setImmediate(() => {
              nowMs += ms;
              resolve();
            });
          }),
  });
  return { owed, kept, clock };
};

/** Tells what is owed until it has told something, or looked so often. */
const telling = async ({ owed, clock }: ReturnType<typeof world>, rounds = 20): Promise<string[]> => {
  const said: string[] = [];
  const stop = new AbortController();
  let looks = 0;
  await tellOwed(
    {
      owed: {
        ...owed,
        take: () => {
          if ((looks += 1) > rounds || said.length > 0) stop.abort(new Error('enough'));
          return owed.take();
        },
      },
      clock: clock(),
      log: quietLog,
      desk: { whisper: async (to, message) => void said.push(`${JSON.stringify(to)} ${message.text}`) },
      runs: { whatCameOf: async ({ what }) => told`What came of ${what}.` },
    },
    stop.signal,
  );
  return said;
};

test('what a process owes that is gone is told once by another, where it was asked', async () => {
  const here = world();
  let isDead = false;
  const owing = createOwing({ ...here, clock: here.clock(() => isDead), log: quietLog });
  void owing(asked, () => new Promise(() => (isDead = true)));
  expect(await telling(here)).toEqual(['{"user":"U0BOB","channel":"C0DB","threadTs":"100.1"} What came of approve.']);
  expect(here.kept.size).toBe(0);
});

test('what was told is told by nobody else, and what takes long by nobody but who works on it', async () => {
  const here = world();
  const owing = createOwing({ ...here, clock: here.clock(), log: quietLog });
  await owing(asked, async () => undefined);
  expect(here.kept.size).toBe(0);
  const long = Promise.withResolvers<undefined>();
  const working = owing(asked, () => long.promise);
  expect(await telling(here)).toEqual([]);
  long.resolve(undefined);
  await working;
  expect(here.kept.size).toBe(0);
});

test('where the way to the person failed, it is told again', async () => {
  const here = world();
  const owing = createOwing({ ...here, clock: here.clock(), log: quietLog });
  await expect(owing(asked, () => Promise.reject(new Error('the socket is closed')))).rejects.toThrow('the socket is closed');
  expect(await telling(here)).toHaveLength(1);
});

test('a store that is away keeps nobody from being answered', async () => {
  const here = world();
  const away = () => Promise.reject(new Error('Connection is closed'));
  const owing = createOwing({ owed: { owe: away, settle: away, take: away }, clock: here.clock(), log: quietLog });
  let isAnswered = false;
  await owing(asked, async () => void (isAnswered = true));
  expect(isAnswered).toBe(true);
});
