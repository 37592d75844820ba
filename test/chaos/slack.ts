import { startSlack, type FakeSlack, type ShownMessage } from '../../playground/slack/index.ts';
import type { Boundary } from './calls.ts';
import { PEOPLE } from './people.ts';
import type { Simulation } from './simulation.ts';

export const CHANNEL = 'C0DB';

/** The Slack of the playground by virtual time, and a way to it for the processes of the simulation. */
export interface ChaosSlack {
  readonly slack: FakeSlack;
  /** Every message in which the app says something, with the mark that it bears. */
  messages(): readonly MarkedMessage[];
  close(): Promise<void>;
}

export interface MarkedMessage {
  readonly run: string;
  /** 'card', 'plan-…', 'ended-…' */
  readonly key: string;
  readonly message: ShownMessage;
}

/** What web-api waits for, clients.ts of the adapter. */
const SILENT_AFTER_MS = 10_000;

export const openChaosSlack = async (sim: Simulation, boundary: Boundary): Promise<ChaosSlack> => {
  const clock = {
    now: () => sim.wall(),
    // Nothing that the simulation asks for sleeps there.
    sleep: () => new Promise<never>(() => undefined),
  };
  const slack = await startSlack({
    team: { id: 'T0', name: 'Example', domain: 'example' },
    users: PEOPLE.map((id) => ({ id, name: id.slice(2).toLowerCase(), realName: id })),
    channels: [{ id: CHANNEL, name: 'databases', members: [...PEOPLE, 'U0PGDIST'] }],
    app: { appId: 'A0', botUserId: 'U0PGDIST', botName: 'pgdist' },
    commands: [{ command: '/pgdist' }],
    clock,
  });
  const way: Way = (input, init) => {
    const place = sim.place.getStore();
    if (place === undefined) return undefined;
    const method = labelOf(input);
    const answer =
      (status: number, body: string, headers: Record<string, string> = {}) =>
      async (): Promise<Response> =>
        new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } });
    const ask = async (): Promise<Response> => {
      // Its time-out is virtual.
      const { signal: _, ...rest } = init ?? {};
      const response = await real(input, rest);
      return new Response(await response.arrayBuffer(), { status: response.status, headers: response.headers });
    };
    return boundary.call(place.process, {
      label: method,
      server: 'slack',
      wayMs: [40, 250],
      effect: ask,
      timeoutMs: SILENT_AFTER_MS,
      timedOut: () => new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
      broken: () => new TypeError('fetch failed', { cause: new Error('ECONNRESET') }),
      instead: {
        limit: answer(429, '', { 'retry-after': '7' }),
        'http-500': answer(500, 'oops'),
        'http-500-after': async () => {
          await ask();
          return answer(500, 'oops')();
        },
        deny: answer(200, JSON.stringify({ ok: false, error: 'not_in_channel' })),
      },
    });
  };
  ways.add(way);
  globalThis.fetch = overSomeWay;
  return {
    slack,
    messages: () =>
      slack
        .messages(CHANNEL)
        .flatMap((message) => slack.thread(CHANNEL, message.ts))
        .flatMap((message) => {
          const { event_payload: mark } = (message.metadata ?? {}) as { event_payload?: { run: string; key: string } };
          return mark === undefined ? [] : [{ ...mark, message }];
        }),
    async close() {
      ways.delete(way);
      if (ways.size === 0) globalThis.fetch = real;
      await slack.close();
    },
  };
};

/** Of the stories that are played side by side each knows the calls of its own processes. */
type Way = (...args: Parameters<typeof fetch>) => Promise<Response> | undefined;
const ways = new Set<Way>();
const real = globalThis.fetch;
const overSomeWay: typeof fetch = (...args) => {
  for (const way of ways) {
    const answer = way(...args);
    if (answer !== undefined) return answer;
  }
  return real(...args);
};

const labelOf = (input: Parameters<typeof fetch>[0]): string => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  return pathname.startsWith('/api/') ? pathname.slice('/api/'.length) : (pathname.split('/')[1] ?? '');
};
