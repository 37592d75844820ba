import { expect, test } from 'vitest';
import { sequence } from '../../src/domain/procedure.ts';
import { WebhookNotYetError, WebhookSilentError } from '../../src/ports/cluster-errors.ts';
import type { Step } from '../../src/steps/context.ts';
import { applyWalk } from '../../src/walk/walk-apply.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testWalk } from '../support/walk.ts';

const X509 = 'failed calling webhook "vproject.kb.io": tls: failed to verify certificate: x509: certificate signed by unknown authority';
/** Where a step meets it: in the dry run of its check, or in its write. */
const MEETINGS = [
  { place: 'check', error: () => new WebhookNotYetError('tokyo', 'webhook vproject.kb.io', X509) },
  { place: 'apply', error: () => new WebhookSilentError('tokyo', 'applying Project', 'webhook vproject.kb.io', X509) },
] as const;

/** A step of a minute's patience, whose webhook answers from `answersMs` on. */
const meeting = ({ place, error }: (typeof MEETINGS)[number], nowMs: () => number, answersMs: number): Step => {
  const step = configMapStep('a', { verifyTimeoutMs: 60_000 });
  const unlessAway = <T>(call: () => Promise<T>): Promise<T> => (nowMs() < answersMs ? Promise.reject(error()) : call());
  return place === 'check'
    ? { ...step, check: (context) => unlessAway(() => step.check(context)) }
    : { ...step, apply: (context) => unlessAway(() => step.apply(context)) };
};

test.each(MEETINGS)('a webhook that is away for two minutes, as after a new certificate, is waited for in $place', async (where) => {
  const { tools, clock, progress } = testWalk();
  const walk = applyWalk(sequence(meeting(where, () => clock.monotonicMs(), 120_000)), tools, progress);
  await clock.sleeper();
  expect(progress.texts['test/a']).toMatch(/^attempt 2: /);
  await clock.advance(150_000);
  expect(await walk).toEqual({ healthy: true });
});

test.each(MEETINGS)('one that stays away ends the step after three minutes, with what the API server said, in $place', async (where) => {
  const { tools, clock, progress } = testWalk();
  const walk = applyWalk(sequence(meeting(where, () => clock.monotonicMs(), Infinity)), tools, progress);
  await clock.sleeper();
  await clock.advance(200_000);
  expect(await walk).toMatchObject({
    healthy: false,
    failure: {
      problems: [
        {
          evidence: expect.arrayContaining([expect.stringContaining('x509')]),
          remedy: expect.stringMatching(/webhook/),
        },
      ],
    },
  });
});
