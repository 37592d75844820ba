import type { z } from 'zod';
import type { Tier } from '../rate-limits.ts';
import type { Workspace } from '../workspace.ts';

export interface MethodContext {
  readonly workspace: Workspace;
  /** A new ws:// URL, for apps.connections.open. */
  issueSocketUrl(): string;
}

/** One method of the Web API. `call` returns what stands beside `ok: true`, or throws SlackError. */
export interface WebApiMethod {
  readonly name: string;
  readonly tier: Tier;
  readonly token: 'bot' | 'app' | 'none';
  readonly scope?: string;
  readonly parameters: z.ZodType;
  call(parameters: unknown, context: MethodContext): Readonly<Record<string, unknown>>;
}

/** Keeps the type of the parameters inside the method. */
export const defineMethod = <Parameters>(method: {
  readonly name: string;
  readonly tier: Tier;
  readonly token?: 'bot' | 'app' | 'none';
  readonly scope?: string;
  readonly parameters: z.ZodType<Parameters>;
  call(parameters: Parameters, context: MethodContext): Readonly<Record<string, unknown>>;
}): WebApiMethod => ({
  name: method.name,
  tier: method.tier,
  token: method.token ?? 'bot',
  ...(method.scope ? { scope: method.scope } : {}),
  parameters: method.parameters,
  call: (parameters, context) => method.call(method.parameters.parse(parameters), context),
});
