import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isDryRun } from '../requests/options.ts';
import type { Attempt } from './admission.ts';

/** The question in the form of admission.k8s.io/v1. */
export const reviewOf = ({ call, operation, object, oldObject }: Attempt) => {
  const { type, version, subresource, user } = call;
  const kind = { group: type.group, version: version.name, kind: type.kind };
  const resource = { group: type.group, version: version.name, resource: type.plural };
  const name = object?.metadata.name ?? oldObject?.metadata.name ?? call.name;
  const options = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions', CONNECT: 'CreateOptions' }[operation];
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: randomUUID(),
      kind,
      resource,
      ...(subresource === undefined ? {} : { subResource: subresource, requestSubResource: subresource }),
      requestKind: kind,
      requestResource: resource,
      ...(name === undefined ? {} : { name }),
      ...(type.namespaced ? { namespace: call.namespace } : type.kind === 'Namespace' ? { namespace: name } : {}),
      operation,
      userInfo: { username: user.username, ...(user.uid === undefined ? {} : { uid: user.uid }), groups: user.groups },
      object: object ?? null,
      oldObject: operation === 'CREATE' ? null : (oldObject ?? null),
      dryRun: isDryRun(call),
      options: { kind: options, apiVersion: 'meta.k8s.io/v1' },
    },
  };
};

export const reviewAnswer = z.object({
  response: z.object({
    uid: z.string(),
    allowed: z.boolean(),
    patch: z.string().optional(),
    patchType: z.string().optional(),
    warnings: z.array(z.string()).optional(),
    status: z
      .object({
        code: z.number().optional(),
        message: z.string().optional(),
        reason: z.string().optional(),
        details: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
  }),
});

export type ReviewResponse = z.infer<typeof reviewAnswer>['response'];
