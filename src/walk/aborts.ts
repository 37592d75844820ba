import type { Actor } from '../domain/run.ts';

/** Why a walk is ended from outside. A lost lease is LeaseLostError of ports/lease.ts. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  readonly by: Actor;
  constructor(by: Actor) {
    super('the run was cancelled');
    this.by = by;
  }
}

/** The worker stops: another one goes on with the run. */
export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
  constructor() {
    super('the worker stops');
  }
}
