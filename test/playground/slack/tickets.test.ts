import { expect, it } from 'vitest';
import { createTickets } from '../../../playground/slack/tickets.ts';

const ticketsAt = () => {
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => new Date(now), sleep: () => Promise.resolve() };
  return { tickets: createTickets(clock, 3000), pass: (ms: number) => void (now += ms) };
};

it('a trigger works once', () => {
  const { tickets } = ticketsAt();
  const id = tickets.newTrigger('U0ALICE');
  expect(tickets.useTrigger(id)).toBe('U0ALICE');
  expect(() => tickets.useTrigger(id)).toThrow('exchanged_trigger_id');
});

it('a trigger works for three seconds', () => {
  const { tickets, pass } = ticketsAt();
  const inTime = tickets.newTrigger('U0ALICE');
  const late = tickets.newTrigger('U0ALICE');
  pass(3000);
  expect(tickets.useTrigger(inTime)).toBe('U0ALICE');
  pass(1);
  expect(() => tickets.useTrigger(late)).toThrow('expired_trigger_id');
});

it('a response_url works for thirty minutes', () => {
  const { tickets, pass } = ticketsAt();
  const id = tickets.newResponse({ channel: 'C0OPS', user: 'U0ALICE' });
  pass(30 * 60_000);
  expect(tickets.useResponse(id)).toEqual({ channel: 'C0OPS', user: 'U0ALICE' });
  pass(1);
  expect(() => tickets.useResponse(id)).toThrow('expired_url');
});
