/** The part of pgdist.yaml about who may approve, how many of them, and when. */
import { z } from 'zod';
import { WEEKDAYS } from '../domain/freeze.ts';
import { POLICY_VERBS } from '../domain/policy-scope.ts';
import { calendarDay, distinct, dnsLabel, timeOfDay, timeZone, word } from './values.ts';

const MOST_PEOPLE = 100;
const MOST_RULES = 100;

const people = (what: string) =>
  distinct(word(), MOST_PEOPLE)
    .min(1)
    .optional()
    .describe(`${what}: members of Slack (U…), user groups (S…), or people of terminal.people by their user`);

const scope = (verbsDefault: string) => ({
  verbs: distinct(z.enum(POLICY_VERBS), POLICY_VERBS.length).min(1).optional().describe(`What it is about; default: ${verbsDefault}`),
  databases: distinct(dnsLabel(40), MOST_PEOPLE).min(1).optional().describe('Of these databases; default: all'),
  clusters: distinct(dnsLabel(), 32).min(1).optional().describe('Of plans that touch one of these clusters; default: all'),
});

const rule = z.strictObject({
  ...scope('all'),
  requesters: people('Who alone may ask'),
  approvers: people('Whose approvals count, instead of slack.approvers'),
  approvals: z.int().min(1).max(10).optional().describe('How many of them must approve, each another person; default: 1'),
  requesterMayApprove: z.boolean().optional().describe('Instead of slack.requesterMayApprove'),
});

const freeze = z
  .strictObject({
    name: word(60).describe('As people call it, for example Year end'),
    ...scope('deploy'),
    timeZone: timeZone().describe('IANA name, for example Europe/Vienna'),
    dates: z
      .strictObject({ from: calendarDay().describe('First day'), to: calendarDay().describe('Last day, included') })
      .optional()
      .describe('Between these days; default: at all times'),
    weekdays: distinct(z.enum(WEEKDAYS), WEEKDAYS.length).min(1).optional().describe('On these days alone; default: on all'),
    hours: z
      .strictObject({ from: timeOfDay().describe('"18:00"'), to: timeOfDay().describe('"08:00"; before `from`: of the next day') })
      .optional()
      .describe('Between these times of each of those days; default: the whole day'),
  })
  .refine(({ dates, weekdays, hours }) => dates !== undefined || weekdays !== undefined || hours !== undefined, {
    error: 'lasts for ever: write dates, weekdays or hours',
  });

export const policySchema = z.strictObject({
  rules: z.array(rule).max(MOST_RULES).default([]).describe('All rules that speak of something hold, each by itself'),
  freezes: z.array(freeze).max(MOST_RULES).default([]).describe('When nothing begins: no plan is approved, but by break-glass'),
});
