import { describe, expect, it } from 'vitest';
import { APPLY, MERGE, namespaceIn, refusal, type Answer, type Target } from '../target.ts';

interface Refused {
  readonly title: string;
  /** Collection, with NS for the namespace of the case. */
  readonly at: string;
  readonly body: unknown;
  readonly query?: Record<string, string>;
  readonly code: number;
  readonly message: string | RegExp;
}

const OTHER_UID = '00000000-0000-0000-0000-000000000000';

const POSTS: readonly Refused[] = [
  {
    title: 'a Service without ports',
    at: '/api/v1/namespaces/NS/services',
    body: { metadata: { name: 'q' }, spec: {} },
    code: 422,
    message: 'Service "q" is invalid: spec.ports: Required value',
  },
  {
    title: 'a Service at port 0',
    at: '/api/v1/namespaces/NS/services',
    body: { metadata: { name: 'q' }, spec: { ports: [{ port: 0 }] } },
    code: 422,
    message: /spec\.ports\[0\]\.port: Invalid value: 0: must be between 1 and 65535, inclusive/,
  },
  {
    title: 'a container without an image, and one whose name is no label',
    at: '/api/v1/namespaces/NS/pods',
    body: { metadata: { name: 'q' }, spec: { containers: [{ name: 'A_', image: '' }] } },
    code: 422,
    message: /spec\.containers\[0\]\.name: Invalid value: "A_": a lowercase RFC 1123 label .*, spec\.containers\[0\]\.image: Required value\]$/,
  },
  {
    title: 'a claim that asks for nothing',
    at: '/api/v1/namespaces/NS/persistentvolumeclaims',
    body: { metadata: { name: 'q' }, spec: {} },
    code: 422,
    message:
      'PersistentVolumeClaim "q" is invalid: [spec.accessModes: Required value: at least 1 access mode is required, spec.resources[storage]: Required value]',
  },
  {
    title: 'a Secret of type kubernetes.io/tls without its keys',
    at: '/api/v1/namespaces/NS/secrets',
    body: { metadata: { name: 'q' }, type: 'kubernetes.io/tls' },
    code: 422,
    message: 'Secret "q" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]',
  },
  {
    title: 'a certificate signing request that is none, for no signer, with no usages',
    at: '/apis/certificates.k8s.io/v1/certificatesigningrequests',
    body: { metadata: { name: 'q' }, spec: { request: 'eA==', signerName: 'x' } },
    code: 422,
    message:
      /\[spec\.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST, spec\.usages: Required value, spec\.signerName: Invalid value: "x": must be a fully qualified domain/,
  },
  {
    title: 'a field validation that does not exist',
    at: '/api/v1/namespaces/NS/configmaps',
    body: { metadata: { name: 'q' } },
    query: { fieldValidation: 'Some' },
    code: 422,
    message: 'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Some": supported values: "", "Ignore", "Strict", "Warn"',
  },
  {
    title: 'a dry run of another kind than All',
    at: '/api/v1/namespaces/NS/configmaps',
    body: { metadata: { name: 'q' } },
    query: { dryRun: 'Some' },
    code: 422,
    message: 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
  },
];

/** What is refused, and in which words. */
export const refusalCases = (target: () => Target): void => {
  const api = () => target().api;

  describe('refusals', () => {
    it.for([...POSTS])('are given to $title', async ({ at, body, query = {}, code, message }) => {
      const namespace = await namespaceIn(target());
      const refused = await refusal(api().json('POST', at.replace('NS', namespace), { body, query }));
      expect(refused.code).toBe(code);
      expect(refused.message).toSatisfy((text: string) => (typeof message === 'string' ? text === message : message.test(text)), refused.message);
    });

    it('are given to writes that mean an object of the same name and another uid', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;
      const { metadata } = await api().json<Answer>('POST', at, { body: { metadata: { name: 'one' } } });
      const body = { metadata: { name: 'one', uid: OTHER_UID } };
      expect(await refusal(api().json('PUT', `${at}/one`, { body }))).toMatchObject({
        code: 409,
        message: expect.stringContaining(`Precondition failed: UID in precondition: ${OTHER_UID}, UID in object meta: ${String(metadata['uid'])}`),
      });
      const immutable = `ConfigMap "one" is invalid: metadata.uid: Invalid value: "${OTHER_UID}": field is immutable`;
      expect(await refusal(api().json('PATCH', `${at}/one`, { body, type: MERGE }))).toMatchObject({ code: 422, message: immutable });
      const apply = (name: string) => {
        const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, uid: OTHER_UID } };
        return api().json('PATCH', `${at}/${name}`, { body: config, type: APPLY, query: { fieldManager: 'ann' } });
      };
      expect(await refusal(apply('one'))).toMatchObject({ code: 422, message: immutable });
      expect(await refusal(apply('two'))).toMatchObject({
        code: 409,
        message: `Operation cannot be fulfilled on configmaps "two": uid mismatch: the provided object specified uid ${OTHER_UID}, and no existing object was found`,
      });
    });

    it('are given to annotations and data of more than any object may have, and to labels that no write may leave', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;
      const text = (kibibytes: number) => 'x'.repeat(kibibytes * 1024);
      await api().json('POST', at, { body: { metadata: { name: 'one', annotations: { a: text(255) } }, data: { a: text(1023) } } });
      const merged = (body: object) => refusal(api().json('PATCH', `${at}/one`, { body, type: MERGE }));
      expect(await merged({ metadata: { annotations: { b: text(1) } } })).toMatchObject({
        code: 422,
        message: expect.stringMatching(/^ConfigMap "one" is invalid: metadata\.annotations: Too long: .* 262144 bytes$/),
      });
      expect(await merged({ data: { b: text(2) } })).toMatchObject({
        code: 422,
        message: expect.stringMatching(/^ConfigMap "one" is invalid: \[\]: Too long: .* 1048576 bytes$/),
      });
      expect(await merged({ metadata: { labels: { b: 'no label' } } })).toMatchObject({
        code: 422,
        message: expect.stringContaining('metadata.labels: Invalid value: "no label"'),
      });
    });

    it('are given to deletions whose preconditions do not hold', async () => {
      const at = `/api/v1/namespaces/${await namespaceIn(target())}/configmaps`;
      const { metadata } = await api().json<Answer>('POST', at, { body: { metadata: { name: 'one' } } });
      const deleting = (preconditions: Record<string, string>) => refusal(api().json('DELETE', `${at}/one`, { body: { preconditions } }));
      expect(await deleting({ uid: OTHER_UID })).toMatchObject({
        code: 409,
        message: `Operation cannot be fulfilled on ConfigMap "one": the UID in the precondition (${OTHER_UID}) does not match the UID in record (${String(metadata['uid'])}). The object might have been deleted and then recreated`,
      });
      expect(await deleting({ resourceVersion: '1' })).toMatchObject({
        code: 409,
        message: `Operation cannot be fulfilled on ConfigMap "one": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${String(metadata['resourceVersion'])}). The object might have been modified`,
      });
    });

    it.for([
      ['/api/v1/configmaps', '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"'],
      ['/apis/apps/v1/replicasets', '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"'],
      ['/api/v1/pods', 'field label not supported: data.a'],
      ['/api/v1/services', 'field label not supported: data.a'],
      ['/apis/batch/v1/jobs', 'field label "data.a" not supported for Job'],
    ] as const)('are given to a selection of %s by a field that it has not', async ([at, message]) => {
      expect(await refusal(api().json('GET', at, { query: { fieldSelector: 'data.a=1' } }))).toMatchObject({ code: 400, message });
    });
  });
};
