import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseScript } from '../../../playground/script/parse.ts';
import { runScript, type ScriptOptions, type ScriptResult } from '../../../playground/script/run.ts';
import { memoryStage, type MemoryStage } from './memory-stage.ts';

const examples = (await readdir('examples')).filter((name) => name.endsWith('.txt'));

describe('a script', () => {
  test('is read line by line, with the numbers that its author sees', () => {
    const source = `
      # a comment
      alice: /pgdist deploy postgres
      bob: Plan again
      expect-private alice may not approve
      wait waiting for approval 20
      wait

      expect 2 of 2: streaming
      fleet: cut tunnel oslo paris`;
    expect(parseScript(source).map(({ text: _text, ...line }) => line)).toEqual([
      { kind: 'command', person: 'alice', command: '/pgdist deploy postgres', number: 3 },
      { kind: 'click', person: 'bob', button: 'Plan again', number: 4 },
      { kind: 'expect-private', person: 'alice', wanted: 'may not approve', number: 5 },
      { kind: 'wait', state: 'waiting for approval', seconds: 20, number: 6 },
      { kind: 'wait', state: undefined, seconds: 60, number: 7 },
      { kind: 'expect', wanted: '2 of 2: streaming', number: 9 },
      { kind: 'fleet', action: 'cut tunnel oslo paris', number: 10 },
    ]);
  });

  test('that cannot be read says which line, and what a line may be', () => {
    expect(() => parseScript('wait\nalice deploy')).toThrow(/^line 2 cannot be read: alice deploy\nA script has one line for each act/);
  });

  test.each(examples)('%s of the examples can be read', async (name) => {
    expect(parseScript(await readFile(`examples/${name}`, 'utf8')).length).toBeGreaterThan(3);
  });
});

/** A stage on which a deploy goes as people know it: asks for approval, refuses alice, succeeds some seconds after bob approved. */
const deploying = (): MemoryStage =>
  memoryStage((act, stage) => {
    const later = (happens: () => void): void => void setTimeout(happens, 3_000);
    if (act.endsWith('deploy postgres')) {
      stage.post('Deploy postgres — planning');
      later(() => stage.edit('Deploy postgres — waiting for approval'));
    }
    if (act === 'alice clicks approve') stage.whisper('alice', 'You may not approve.');
    if (act === 'alice types /pgdist help') stage.whisper('alice', 'All commands.');
    if (act === 'bob clicks approve') {
      stage.edit('Deploy postgres — applying');
      later(() => stage.edit('Deploy postgres — succeeded', 'primary postgres-0, 2 of 2 standbys streaming'));
    }
  });

describe('running a script', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Runs it to its end, letting as much time pass as it takes. */
  const run = async (source: string, stage: MemoryStage, patience: ScriptOptions = {}): Promise<ScriptResult> => {
    const running = runScript(source, stage, () => undefined, patience);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    return await running;
  };

  test('performs each act in turn and succeeds when everything was as expected', async () => {
    const stage = deploying();
    const { failed } = await run(
      `alice: /pgdist deploy postgres
       wait waiting for approval 20
       bob: approve
       wait succeeded 30
       expect streaming
       fleet: stop postgres-1`,
      stage,
    );
    expect(failed).toBeUndefined();
    expect(stage.acts).toEqual(['alice types /pgdist deploy postgres', 'bob clicks approve', 'fleet stop postgres-1']);
  });

  test('goes no further than the first line that did not get what it expected', async () => {
    const stage = deploying();
    const { failed } = await run('alice: /pgdist deploy postgres\nexpect a unicorn\nbob: approve', stage);
    expect(failed).toMatchObject({ line: { number: 2 }, reason: 'the newest message and its thread do not say "a unicorn"' });
    expect(stage.acts).toHaveLength(1);
  });

  test('a refusal that no line asked for fails the act, one that was asked for is what was wanted', async () => {
    const refused = await run('alice: /pgdist deploy postgres\nwait waiting for approval\nalice: approve\nwait', deploying());
    expect(refused.failed).toMatchObject({ line: { number: 3 }, reason: 'nothing came of it; alice was told "You may not approve."' });
    const wanted = await run('alice: /pgdist deploy postgres\nwait waiting for approval\nalice: approve\nexpect-private alice may not', deploying());
    expect(wanted.failed).toBeUndefined();
  });

  test('an act of which its person was told before a message showed it was accepted', async () => {
    const stage = memoryStage((act, { post, edit, whisper }) => {
      if (act.includes('deploy')) post('Deploy postgres — waiting for approval');
      if (!act.includes('clicks approve')) return;
      whisper('bob', 'Approved: run `rhyyb` is being applied.');
      setTimeout(() => edit('Deploy postgres — applying'), 2_000);
      setTimeout(() => edit('Deploy postgres — succeeded'), 4_000);
    });
    const { failed } = await run('alice: /pgdist deploy postgres\nbob: approve\nwait succeeded', stage);
    expect(failed).toBeUndefined();
  });

  test('what somebody was told before her last act does not count', async () => {
    const { failed } = await run(
      `alice: /pgdist deploy postgres
       alice: approve
       expect-private alice may not
       alice: /pgdist help
       expect-private alice may not`,
      deploying(),
    );
    expect(failed).toMatchObject({ line: { number: 5 }, reason: 'alice was told "All commands."' });
  });

  test('a command of which nothing comes, or only words, was not accepted', async () => {
    const silent = await run('alice: /pgdist deploy postgres', memoryStage());
    expect(silent.failed?.reason).toBe('nothing came of it; alice was told ""');
    const told = await run(
      'alice: /pgdist deploy postgre',
      memoryStage((_act, stage) => stage.whisper('alice', 'There is no database `postgre`.')),
    );
    expect(told.failed?.reason).toContain('There is no database `postgre`.');
  });

  test('waiting for a state ends at once when the run ended in another one', async () => {
    const stage = memoryStage((_act, { post }) => post('pgdist\nDeploy — failed at a step\n  now: succeeded is a word of others'));
    const running = runScript('alice: /pgdist deploy postgres\nwait succeeded 60', stage, () => undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect((await running).failed?.reason).toBe('the card says "pgdist\nDeploy — failed at a step" instead');
  });

  test('what the card said before a click is no end of what the click began, and what it says once it moved on is', async () => {
    const over = 'Deploy — superseded: nothing was changed';
    const again = (end: string): MemoryStage =>
      memoryStage((act, { post, edit }) => {
        if (act.includes('deploy')) post(over);
        // The thread shows it first.
        if (act.includes('Plan again')) edit(over, 'planned again');
        if (act.includes('Plan again')) setTimeout(() => edit('Deploy — planning'), 2_000);
        if (act.includes('Plan again')) setTimeout(() => edit(end), 3_000);
      });
    const script = 'alice: /pgdist deploy postgres\nwait superseded\nalice: Plan again\nwait waiting for approval 60';
    expect((await run(script, again('Deploy — waiting for approval'))).failed).toBeUndefined();
    expect((await run(script, again(over))).failed?.reason).toBe(`the card says "${over}" instead`);
  });

  test('waiting for a state that never comes says what the card says', async () => {
    const { failed } = await run(
      'alice: /pgdist deploy postgres\nwait succeeded 60',
      memoryStage((_act, { post }) => post('Deploy — applying')),
    );
    expect(failed?.reason).toBe('the card says "Deploy — applying" after 60 s');
  });

  /** Answers that a cluster does not answer, until it was asked for the `nth` time. */
  const answeringAt = (nth: number): MemoryStage => {
    let asked = 0;
    return memoryStage((act, { post }) => {
      if (!act.includes('status')) return;
      asked += 1;
      post('Status', asked < nth ? 'tokyo cannot be asked' : 'postgres is healthy');
    });
  };
  const QUESTION = 'alice: /pgdist status postgres\nexpect healthy';

  test('with patience a line waits longer than it says, and a question is asked again', async () => {
    const patience = { patienceSeconds: 120 };
    const late = memoryStage((_act, stage) => {
      stage.post('Deploy — applying');
      setTimeout(() => stage.edit('Deploy — succeeded', 'streaming'), 100_000);
    });
    expect((await run('alice: /pgdist deploy postgres\nexpect streaming\nwait succeeded 20', late, patience)).failed).toBeUndefined();
    const stage = answeringAt(3);
    expect((await run(QUESTION, stage, patience)).failed).toBeUndefined();
    expect(stage.acts).toHaveLength(3);
  });

  test('without patience a question is asked once, and with it not for ever', async () => {
    const stage = answeringAt(2);
    expect((await run(QUESTION, stage)).failed?.line.number).toBe(2);
    expect(stage.acts).toHaveLength(1);
    const never = answeringAt(1_000);
    expect((await run(QUESTION, never, { patienceSeconds: 60 })).failed?.line.number).toBe(2);
    expect(never.acts).toHaveLength(7);
  });

  test('an act that throws fails its line with the reason', async () => {
    const { failed } = await run(
      'fleet: stop postgres-9',
      memoryStage(() => {
        throw new Error('the fleet has no postgres-9');
      }),
    );
    expect(failed).toMatchObject({ line: { number: 1 }, reason: 'the fleet has no postgres-9' });
  });
});
