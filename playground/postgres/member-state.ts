import { asSeenInCluster } from './addresses.ts';
import type { Member, MemberOptions, Role } from './member.ts';
import type { Relay } from './relay.ts';
import type { PostgresServer } from './server.ts';

/** What a replicated database keeps of one pod. */
export interface MemberState {
  readonly options: MemberOptions;
  readonly abort: AbortController;
  readonly listeners: Set<(role: Role) => void>;
  readonly ended: PromiseWithResolvers<number>;
  server: PostgresServer | undefined;
  relay: Relay | undefined;
  role: Role | undefined;
  serving: boolean;
  /** Its process is being started or ended, which takes real time whatever the speed. */
  changing: boolean;
  sliceAddress: string | undefined;
  /** Settles when the way to a running server has ended, one way or the other. */
  started: Promise<void>;
  /** Settles when what was asked to stop has stopped. */
  halted: Promise<void>;
}

export const memberState = (options: MemberOptions): MemberState => ({
  options,
  abort: new AbortController(),
  listeners: new Set(),
  ended: Promise.withResolvers<number>(),
  server: undefined,
  relay: undefined,
  role: undefined,
  serving: false,
  changing: false,
  sliceAddress: undefined,
  started: Promise.resolve(),
  halted: Promise.resolve(),
});

/** Does what starts or ends the member's process. */
export const changing = async (state: MemberState, work: () => Promise<void>): Promise<void> => {
  state.changing = true;
  try {
    await work();
  } finally {
    state.changing = false;
  }
};

/** The member as its pod sees it. */
export const memberOf = (state: MemberState, all: ReadonlyMap<string, MemberState>, stop: Member['stop']): Member => ({
  ...state.options,
  ready: new Promise<void>((resolve) => {
    if (state.role === undefined) state.listeners.add(() => resolve());
    else resolve();
  }),
  ended: state.ended.promise,
  get server() {
    return state.server;
  },
  get role() {
    return state.role;
  },
  onRole(listener) {
    state.listeners.add(listener);
    return () => state.listeners.delete(listener);
  },
  translate: (text) =>
    asSeenInCluster(
      text,
      [...all.values()].flatMap(({ options: { podAddress }, sliceAddress }) =>
        sliceAddress === undefined ? [podAddress] : [podAddress, sliceAddress],
      ),
    ),
  stop,
});
