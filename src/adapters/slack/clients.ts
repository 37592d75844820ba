import { webApi, type Logger } from '@slack/bolt';
import type { CallBudget } from '../../ports/call-budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { unlimitedBudget } from './local-budget.ts';
import { budgeted } from './rates.ts';
import { slackFailure } from './slack-failure.ts';
import { sleepUntil } from './sleep-until.ts';

interface ClientOptions {
  readonly token: string;
  readonly slackApiUrl: string;
  readonly log: Log;
  readonly redactor?: Redactor | undefined;
  /** Default: none is kept. */
  readonly budget?: CallBudget | undefined;
  /** Default: nothing is ever waited for. */
  readonly clock?: Pick<Clock, 'monotonicMs' | 'sleep'> | undefined;
}

interface SafeClientOptions extends webApi.WebClientOptions {
  readonly redactor: Redactor;
  readonly budget: CallBudget;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  /** How long a call waits for the budget, or for the time that Slack asked for; beyond that it fails as rate limited. */
  readonly patienceMs: (method: string) => number;
  readonly progress: boolean;
  /** False where a person waits: the first call after an outage is to find that it is over. */
  readonly rests: boolean;
}

/**
 * Web API behind the redactor and the budget: whatever is called, by us or by Slack's own helpers, its arguments and files hold no secret, and it
 * is called when Slack takes it. A call that has to wait longer than its patience fails as if Slack had said so, without asking.
 */
export class SafeClient extends webApi.WebClient {
  readonly redactor: Redactor;
  readonly #options: SafeClientOptions;
  constructor(token: string, options: SafeClientOptions) {
    const { redactor, budget: _, clock: __, patienceMs: ___, progress: ____, rests: _____, ...rest } = options;
    super(token, rest);
    this.redactor = redactor;
    this.#options = options;
  }
  override async apiCall(method: string, options: Record<string, unknown> = {}): Promise<webApi.WebAPICallResult> {
    const { budget, clock, patienceMs, progress, rests } = this.#options;
    const call = budgeted(method, options, progress);
    const endMs = clock.monotonicMs() + patienceMs(method);
    for (;;) {
      const waitMs = await budget.take(call);
      if (waitMs > 0) {
        await sleepUntil(clock, waitMs, endMs);
        continue;
      }
      try {
        const answer = await super.apiCall(method, this.redactor.value(options));
        await budget.settle(call, ANSWERED);
        return answer;
      } catch (error) {
        const failure = slackFailure(error);
        if (failure?.kind !== 'unknown') await budget.settle(call, failure?.kind === 'rate-limited' ? failure : ANSWERED);
        else if (rests) await budget.settle(call, failure);
        if (failure?.kind !== 'rate-limited') throw error;
        await sleepUntil(clock, failure.retryAfterMs, endMs);
      }
    }
  }
}

const ANSWERED = { kind: 'answered' } as const;

/**
 * For what a person waits for (views, ephemerals): answers or fails within 2 s, and waits for a rate limit only if that is over before, since a
 * trigger_id lives 3 s. A client of its own, because a 429 pauses the whole queue of the client that met it.
 */
export const interactiveClient = (options: ClientOptions): SafeClient => client(options, { timeout: 2_000, patienceMs: () => 1_500 });

/** For who asks: whether somebody is admitted is told late rather than never, so that a rate limit is waited for. */
export const patientClient = (options: ClientOptions): SafeClient => client(options, { timeout: 2_000, patienceMs: () => 8_000 });

/** For the last word of a request, which must not be lost: half a minute, as no rate limit lasts longer. */
export const whisperClient = (options: ClientOptions): SafeClient => client(options, { timeout: 5_000, patienceMs: () => 45_000 });

/**
 * For cards and replies. No retries by web-api: it would post a message twice after a time-out. Whoever calls tries again, after looking
 * whether the message is there. What people see waits for nothing here: it is made anew then, and what was looked up before would be old.
 */
export const durableClient = (options: ClientOptions): SafeClient => client(options, { timeout: 10_000, patienceMs: durablePatienceMs, rests: true });

/** The same for edits that tell mere progress. */
export const progressClient = (options: ClientOptions): SafeClient =>
  client(options, { timeout: 10_000, patienceMs: durablePatienceMs, rests: true, progress: true });

/** Before whatever is to be waited for is over, the time is. */
const NO_TIME: Pick<Clock, 'monotonicMs' | 'sleep'> = { monotonicMs: () => Infinity, sleep: () => Promise.reject(new Error('there is no clock')) };

const SEEN_BY_PEOPLE = ['chat.postMessage', 'chat.update', 'files.completeUploadExternal'];
const durablePatienceMs = (method: string): number => (SEEN_BY_PEOPLE.includes(method) ? 0 : 10_000);

const client = (
  { token, slackApiUrl, log, redactor = createRedactor(), budget = unlimitedBudget, clock = NO_TIME }: ClientOptions,
  {
    timeout,
    patienceMs,
    progress = false,
    rests = false,
  }: { readonly timeout: number } & Pick<SafeClientOptions, 'patienceMs'> & Partial<Pick<SafeClientOptions, 'progress' | 'rests'>>,
): SafeClient =>
  new SafeClient(token, {
    redactor,
    budget,
    clock,
    patienceMs,
    progress,
    rests,
    slackApiUrl,
    timeout,
    fetch: boundedFetch,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  });

/** Slack's libraries log through ours. Their debug lines hold whole payloads, so they are dropped. */
export const slackLogger = (log: Log): Logger => {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (...words: unknown[]): void =>
      log[level]({ said: words.map((word) => (word instanceof Error ? word.message : String(word))).join(' ') }, 'slack library');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: at('warn'),
    error: at('error'),
    setLevel: () => undefined,
    getLevel: () => webApi.LogLevel.WARN,
    setName: () => undefined,
  };
};
