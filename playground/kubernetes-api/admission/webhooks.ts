import { badRequest, internalError, StatusError } from '../errors.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import type { ApiObject, Fields } from '../object.ts';
import { isDryRun } from '../requests/options.ts';
import type { Store } from '../store/store.ts';
import type { Admission, Attempt } from './admission.ts';
import { createWebhookCaller, type ResolveService } from './caller.ts';
import { reviewOf, type ReviewResponse } from './review.ts';
import { concerns } from './rules.ts';

const GROUP = 'admissionregistration.k8s.io';

/** Asks the webhooks that the cluster's configuration objects name: mutating ones in order, then validating ones side by side. */
export const createAdmission = (store: Store, resolve: ResolveService): Admission & { close(): Promise<void> } => {
  const caller = createWebhookCaller(store, resolve);

  const webhooksFor = (plural: string, attempt: Attempt): Fields[] => {
    const { type } = attempt.call;
    if (type.group === GROUP || type.virtual) return [];
    return store
      .list({ group: GROUP, plural })
      .flatMap((configuration) => ((configuration['webhooks'] ?? []) as Fields[]).filter((webhook) => concerns(webhook, attempt, store)));
  };
  const ask = async (webhook: Fields, attempt: Attempt): Promise<ReviewResponse | undefined> => {
    const name = String(webhook['name']);
    if (isDryRun(attempt.call) && !['None', 'NoneOnDryRun'].includes(String(webhook['sideEffects'])))
      throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
    let response: ReviewResponse;
    try {
      response = await caller.ask(webhook, reviewOf(attempt));
    } catch (error) {
      if (webhook['failurePolicy'] === 'Ignore') return undefined;
      throw internalError(`failed calling webhook ${JSON.stringify(name)}: ${(error as Error).message}`);
    }
    attempt.call.warnings.push(...(response.warnings ?? []));
    if (!response.allowed) throw denial(name, response);
    return response;
  };

  return {
    async mutate(attempt) {
      let { object } = attempt;
      const webhooks = webhooksFor('mutatingwebhookconfigurations', attempt);
      for (const webhook of webhooks) {
        const response = await ask(webhook, { ...attempt, object });
        if (response?.patch !== undefined && response.patch !== '') object = patched(object, response.patch, String(webhook['name']));
      }
      return object;
    },
    async validate(attempt) {
      await Promise.all(webhooksFor('validatingwebhookconfigurations', attempt).map((webhook) => ask(webhook, attempt)));
    },
    close: () => caller.close(),
  };
};

const patched = (object: ApiObject, patch: string, name: string): ApiObject => {
  try {
    return jsonPatch(object, JSON.parse(Buffer.from(patch, 'base64').toString())) as ApiObject;
  } catch (error) {
    throw internalError(`failed calling webhook ${JSON.stringify(name)}: ${(error as Error).message}`);
  }
};

/** A denial without a code of its own is a 400. */
const denial = (name: string, { status = {} }: ReviewResponse): StatusError => {
  const deniedBy = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = status.message || status.reason;
  const code = status.code !== undefined && status.code >= 400 ? status.code : 400;
  return new StatusError(
    code,
    status.reason ?? '',
    why === undefined || why === '' ? `${deniedBy} without explanation` : `${deniedBy}: ${why}`,
    status.details,
  );
};
