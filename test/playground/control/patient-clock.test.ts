import { expect, test } from 'vitest';
import { patientClock } from '../../../playground/control/patient-clock.ts';
import { within } from '../../../playground/slack/ack-clock.ts';

const { signal: closing } = new AbortController();

test('an app that answered while this process got no turn has answered in time', async () => {
  const answer = Promise.withResolvers<string>();
  const acknowledged = within(patientClock(), 300, closing, answer.promise);
  // Due before the blocked turn is over; a clock of its own would be over first.
  for (const end = performance.now() + 1_000; performance.now() < end;);
  setImmediate(() => answer.resolve('ok'));
  expect(await acknowledged).toBe('ok');
});

test('an app that does not answer has not answered, and an end of the wait rejects with its reason', async () => {
  const clock = patientClock();
  expect(await within(clock, 20, closing, new Promise(() => undefined))).toBe('timeout');
  await expect(clock.sleep(60_000, AbortSignal.abort(new Error('closing')))).rejects.toThrow('closing');
  const ending = new AbortController();
  const asleep = clock.sleep(60_000, ending.signal);
  ending.abort(new Error('the app answered first'));
  await expect(asleep).rejects.toThrow('the app answered first');
});
