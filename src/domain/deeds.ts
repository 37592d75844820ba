import type { PolicyVerb } from './policy-scope.ts';
import { MOVES, TERMINAL_STATES, type RunState } from './run.ts';

/** How a request comes in: typed after /pgdist, typed after the bot's name, typed in a terminal, a button, the submission of a form, or in the Home tab of the app. */
export type Way = 'command' | 'mention' | 'terminal' | 'button' | 'form' | 'home';

/** What a person is to a run; the configuration names approvers and admins. */
export type Role = 'requester' | 'approver' | 'admin';

/** Everything about a deed that does not depend on the run at hand. */
export interface Deed {
  /** decides: about a run that exists, or about what is told of a database; starts: makes clusters be asked or changed; shows: tells what is stored or configured. */
  readonly effect: 'decides' | 'starts' | 'shows';
  /** anybody: every full member of the workspace. */
  readonly who: 'anybody' | readonly Role[];
  /** True: not who caused the present plan (asked for the run, or retried or planned it again), unless requesterMayApprove. */
  readonly fourEyes?: true;
  /** What is asked for by it, for the rules of the configuration about who may ask, and when; absent: nothing is. */
  readonly asksFor?: PolicyVerb | 'as-its-run';
  /** It is about a plan. By these ways the request names the one that the person saw, and is refused unless that waits; by others whichever waits is meant. */
  readonly namesPlan?: readonly Way[];
  /** True: the request names the end of the run that the person saw, and is refused once the run went on from it. */
  readonly namesEnd?: true;
  readonly ways: readonly Way[];
  /**
   * Of clicks and forms. on-the-run: the message must be the run's own card or in its thread. All others: any channel that is configured. A button of the
   * Home tab is about a run that its person sees there.
   */
  readonly clicked?: 'on-the-run' | 'anywhere';
  /** True: a refusal offers it as a button, in a message that its person alone sees. */
  readonly offers?: true;
  /** States of the run that it is about; absent: it is about none. */
  readonly states?: readonly RunState[];
  /** member: refused unless Slack says that it is a full member of our workspace. workspace: while Slack is silent, the signed payload's word that it is our workspace must do. */
  readonly sure: 'member' | 'workspace';
}

const LIVE_STATES = (Object.keys(MOVES) as RunState[]).filter((state) => !(TERMINAL_STATES as readonly RunState[]).includes(state));
const TYPED = ['command', 'mention', 'terminal'] as const;
/** A form asks for what could be typed as well, of a database that is chosen in it. */
const CHOSEN = [...TYPED, 'form'] as const;

/** Every rule about who may ask for what, and how; runs/deed.ts applies them whatever the way in. */
export const DEEDS = {
  /** Names the verbs, the fleet, its clusters and databases; alone in being told while Slack cannot say who asks. */
  help: { effect: 'shows', who: 'anybody', ways: TYPED, sure: 'workspace' },
  /** What stands in the Home tab: the databases, and runs of the channels that the person is in. */
  home: { effect: 'shows', who: 'anybody', ways: ['home'], sure: 'member' },
  /** Whether this very person is written to directly. */
  notify: { effect: 'decides', who: 'anybody', ways: [...TYPED, 'home'], sure: 'member' },
  runs: { effect: 'shows', who: 'anybody', ways: TYPED, sure: 'member' },
  pending: { effect: 'shows', who: 'anybody', ways: TYPED, sure: 'member' },
  history: { effect: 'shows', who: 'anybody', ways: TYPED, sure: 'member' },
  /** What it tells stood in the channel before: who asked, who decided, what became of it. Also of runs that are not kept any more. */
  audit: { effect: 'shows', who: 'anybody', ways: TYPED, sure: 'member' },
  /** Of a run, ended or not: what is stored of it. A look anew at a database is the deed verify. */
  explain: { effect: 'shows', who: 'anybody', ways: [...TYPED, 'button', 'home'], clicked: 'anywhere', sure: 'member' },
  deploy: { effect: 'starts', who: 'anybody', asksFor: 'deploy', ways: CHOSEN, sure: 'member' },
  /** Reads what a deploy reads, and ends there. */
  plan: { effect: 'starts', who: 'anybody', asksFor: 'plan', ways: CHOSEN, sure: 'member' },
  verify: { effect: 'starts', who: 'anybody', asksFor: 'verify', ways: CHOSEN, sure: 'member' },
  status: { effect: 'starts', who: 'anybody', asksFor: 'status', ways: CHOSEN, sure: 'member' },
  /** Alerts that nobody sees harm those who rely on them: those answer for it who answer for deploys. */
  mute: { effect: 'decides', who: ['approver', 'admin'], asksFor: 'mute', ways: TYPED, sure: 'member' },
  unmute: { effect: 'decides', who: ['approver', 'admin'], asksFor: 'mute', ways: TYPED, sure: 'member' },
  /** Whoever may let a deploy happen may keep all of them away. */
  lock: { effect: 'decides', who: ['approver', 'admin'], ways: TYPED, sure: 'member' },
  unlock: { effect: 'decides', who: ['approver', 'admin'], ways: TYPED, sure: 'member' },
  /** Logs and objects of the clusters, in one file for all of the channel: not for anybody to ask. Of a database nobody is the requester. */
  bundle: { effect: 'starts', who: ['requester', 'approver', 'admin'], asksFor: 'bundle', ways: TYPED, sure: 'member' },
  /** The configuration of a run as a script with what the clusters say of it now: for those who may have its bundle. */
  export: { effect: 'starts', who: ['requester', 'approver', 'admin'], asksFor: 'export', ways: TYPED, sure: 'member' },
  approve: {
    effect: 'decides',
    who: ['approver'],
    fourEyes: true,
    namesPlan: ['button', 'terminal'],
    ways: ['button', 'terminal'],
    clicked: 'on-the-run',
    states: ['awaiting-approval'],
    sure: 'member',
  },
  /** Nothing is ever done by it, so that it may be typed about whichever plan waits. Its button only opens the form. */
  reject: {
    effect: 'decides',
    who: ['requester', 'approver', 'admin'],
    namesPlan: ['button', 'form', 'terminal'],
    ways: [...TYPED, 'form'],
    clicked: 'on-the-run',
    states: ['awaiting-approval'],
    sure: 'member',
  },
  cancel: {
    effect: 'decides',
    who: ['requester', 'approver', 'admin'],
    ways: [...TYPED, 'button', 'home'],
    clicked: 'on-the-run',
    states: LIVE_STATES,
    sure: 'member',
  },
  retry: {
    effect: 'starts',
    who: ['requester', 'approver', 'admin'],
    asksFor: 'as-its-run',
    namesEnd: true,
    ways: ['button', 'terminal', 'home', 'mention'],
    clicked: 'on-the-run',
    offers: true,
    states: ['failed', 'cancelled'],
    sure: 'member',
  },
  'plan-again': {
    effect: 'starts',
    who: ['requester', 'approver', 'admin'],
    asksFor: 'as-its-run',
    namesEnd: true,
    ways: ['button', 'terminal', 'home', 'mention'],
    clicked: 'on-the-run',
    offers: true,
    states: ['blocked', 'expired', 'superseded'],
    sure: 'member',
  },
  /** Both ask anew what a command could ask as well; a private answer belongs to no thread. */
  'verify-now': {
    effect: 'starts',
    who: 'anybody',
    asksFor: 'verify',
    ways: ['button', 'home'],
    clicked: 'anywhere',
    states: TERMINAL_STATES,
    sure: 'member',
  },
  'ask-again': {
    effect: 'starts',
    who: 'anybody',
    asksFor: 'as-its-run',
    ways: ['button', 'home'],
    clicked: 'anywhere',
    states: TERMINAL_STATES,
    sure: 'member',
  },
  /** What deploy is when it is typed: a plan, which an approver decides. */
  'plan-repair': {
    effect: 'starts',
    who: 'anybody',
    asksFor: 'deploy',
    ways: ['button', 'home'],
    clicked: 'anywhere',
    states: TERMINAL_STATES,
    sure: 'member',
  },
} as const satisfies Readonly<Record<string, Deed>>;

export type DeedName = keyof typeof DEEDS;

/** Deeds that can be asked for in this way. */
export type DeedBy<W extends Way> = { [D in DeedName]: W extends (typeof DEEDS)[D]['ways'][number] ? D : never }[DeedName];

/** Deeds that a verb of /pgdist may declare. */
export const TYPED_DEEDS = (Object.keys(DEEDS) as DeedName[]).filter((name): name is DeedBy<'command'> =>
  (DEEDS[name].ways as readonly Way[]).includes('command'),
);
