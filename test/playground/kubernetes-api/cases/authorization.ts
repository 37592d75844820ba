import { describe, expect, it } from 'vitest';
import { connectApiServer, type ApiServer } from '../../../../src/kube-api/api-server.ts';
import { signingRequest } from '../../../support/signing-request.ts';
import { APPLY, MERGE, namespaceIn, refusal, uniqueName, type Answer, type Target } from '../target.ts';
import { eventually } from '../../../support/eventually.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
type Rule = Record<string, readonly string[]>;

/** Who may do what: roles, bindings, and what nobody may grant. */
export const authorizationCases = (target: () => Target): void => {
  const api = (): ApiServer => target().api;

  /** A new ServiceAccount with these rules in its namespace and in the whole cluster; `call` speaks as it. */
  const robot = async (rules: { readonly inNamespace?: readonly Rule[]; readonly everywhere?: readonly Rule[] }) => {
    const namespace = await namespaceIn(target());
    await api().json('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { body: { metadata: { name: 'robot' } } });
    const subjects = [{ kind: 'ServiceAccount', name: 'robot', namespace }];
    const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
    const ofNamespace = `${RBAC}/namespaces/${namespace}`;
    await api().json('POST', `${ofNamespace}/roles`, { body: { metadata: { name: 'robot' }, rules: rules.inNamespace ?? [] } });
    await api().json('POST', `${ofNamespace}/rolebindings`, { body: { metadata: { name: 'robot' }, roleRef: roleRef('Role', 'robot'), subjects } });
    const name = namespace;
    await api().json('POST', `${RBAC}/clusterroles`, { body: { metadata: { name }, rules: rules.everywhere ?? [] } });
    await api().json('POST', `${RBAC}/clusterrolebindings`, { body: { metadata: { name }, roleRef: roleRef('ClusterRole', name), subjects } });
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
    const { status } = await api().json<Answer>('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/robot/token`, { body: request });
    const { server, ca } = target().connection;
    const own = connectApiServer({ server, ca, userAgent: 'conformance/1', authorization: async () => `Bearer ${status.token}` });
    const user = `system:serviceaccount:${namespace}:robot`;
    return {
      namespace,
      user,
      own,
      async end() {
        await own.close();
        for (const plural of ['clusterrolebindings', 'clusterroles']) await api().json('DELETE', `${RBAC}/${plural}/${name}`);
      },
    };
  };
  const asRobot = async (
    rules: Parameters<typeof robot>[0],
    use: (one: Omit<Awaited<ReturnType<typeof robot>>, 'end'>) => Promise<void>,
  ): Promise<void> => {
    const one = await robot(rules);
    try {
      await use(one);
    } finally {
      await one.end();
    }
  };
  const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '1' } });

  describe('rights', () => {
    it('are none without a binding but to ask what there is and who one is', async () => {
      await asRobot({}, async ({ namespace, user, own }) => {
        const maps = `/api/v1/namespaces/${namespace}/configmaps`;
        const refused = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
          refusal(own.json(method, path, body === undefined ? {} : { body }));
        expect(await refused('GET', '/api/v1/pods')).toMatchObject({
          code: 403,
          reason: 'Forbidden',
          message: `pods is forbidden: User "${user}" cannot list resource "pods" in API group "" at the cluster scope`,
          details: { kind: 'pods' },
        });
        expect((await refused('GET', `${maps}/a`)).message).toBe(
          `configmaps "a" is forbidden: User "${user}" cannot get resource "configmaps" in API group "" in the namespace "${namespace}"`,
        );
        expect((await refused('POST', maps, configMap('a'))).message).toBe(
          `configmaps is forbidden: User "${user}" cannot create resource "configmaps" in API group "" in the namespace "${namespace}"`,
        );
        expect((await refused('DELETE', `/apis/apps/v1/namespaces/${namespace}/deployments`)).message).toBe(
          `deployments.apps is forbidden: User "${user}" cannot deletecollection resource "deployments" in API group "apps" in the namespace "${namespace}"`,
        );
        expect((await refused('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/a/scale`)).message).toContain('resource "deployments/scale"');
        expect((await refused('GET', `/api/v1/namespaces/${namespace}`)).message).toBe(
          `namespaces "${namespace}" is forbidden: User "${user}" cannot get resource "namespaces" in API group "" in the namespace "${namespace}"`,
        );
        expect((await refused('GET', '/metrics')).message).toBe(`forbidden: User "${user}" cannot get path "/metrics"`);
        expect((await refused('GET', '/apis/example.org/v1/nothings')).code).toBe(403);
        await own.json('GET', '/apis');
        await own.json('GET', '/openapi/v3');
        await own.json('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
        });
      });
    });

    it('of a Role end at its namespace, and a name in a rule counts for lists and watches that select it', async () => {
      const inNamespace = [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['get', 'list', 'watch', 'delete'] }];
      await asRobot({ inNamespace }, async ({ namespace, own }) => {
        const maps = `/api/v1/namespaces/${namespace}/configmaps`;
        await api().json('POST', maps, { body: configMap('mine') });
        expect((await own.json<Answer>('GET', `${maps}/mine`)).data).toEqual({ a: '1' });
        const query = { fieldSelector: 'metadata.name=mine' };
        expect((await own.json<Answer>('GET', maps, { query })).items).toHaveLength(1);
        for (const [path, verb, more] of [
          [maps, 'list', {}],
          [maps, 'list', { fieldSelector: 'metadata.name=other' }],
          [maps, 'list', { fieldSelector: 'metadata.name!=other' }],
          [maps, 'watch', { watch: 'true' }],
          ['/api/v1/configmaps', 'list', query],
          ['/api/v1/namespaces/default/configmaps/mine', 'get', {}],
        ] as const)
          expect((await refusal(own.json('GET', path, { query: more }))).message, `${verb} ${path}`).toContain(
            `cannot ${verb} resource "configmaps"`,
          );
        await own.json('DELETE', `${maps}/mine`);
      });
    });

    it('of subresources are apart from those of their objects', async () => {
      const rule = (resources: readonly string[]) => ({ apiGroups: ['apps'], resources, verbs: ['get', 'patch'] });
      await asRobot({ inNamespace: [rule(['deployments/*', 'deployments/status'])] }, async ({ namespace, own }) => {
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments/none`;
        expect((await refusal(own.json('GET', `${path}/status`))).code).toBe(404);
        expect((await refusal(own.json('GET', path))).code).toBe(403);
        expect((await refusal(own.json('GET', `${path}/scale`))).code).toBe(403);
      });
      await asRobot({ inNamespace: [rule(['*/scale'])] }, async ({ namespace, own }) => {
        expect((await refusal(own.json('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/none/scale`))).code).toBe(404);
        expect((await refusal(own.json('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/none/status`))).code).toBe(403);
      });
    });

    it('to apply what is not there are those to patch it and to create it', async () => {
      const inNamespace = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }];
      await asRobot({ inNamespace }, async ({ namespace, user, own }) => {
        const path = `/api/v1/namespaces/${namespace}/configmaps/mine`;
        const options = { body: configMap('mine'), type: APPLY, query: { fieldManager: 'robot' } };
        expect(await refusal(own.json('PATCH', path, options))).toMatchObject({
          code: 403,
          message: `configmaps "mine" is forbidden: User "${user}" cannot create resource "configmaps" in API group "" in the namespace "${namespace}"`,
        });
        await api().json('PATCH', path, { ...options, query: { fieldManager: 'admin' } });
        expect((await own.json<Answer>('PATCH', path, options)).data).toEqual({ a: '1' });
      });
    });

    it('flow into a role with an aggregationRule, and a binding to a role that is missing says so', async () => {
      const name = uniqueName('conformance');
      const label = { [`example.org/${name}`]: 'true' };
      await api().json('POST', `${RBAC}/clusterroles`, {
        body: { metadata: { name }, aggregationRule: { clusterRoleSelectors: [{ matchLabels: label }] }, rules: [] },
      });
      const part = `${name}-part`;
      const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }];
      await api().json('POST', `${RBAC}/clusterroles`, { body: { metadata: { name: part, labels: label }, rules } });
      await eventually(async () => expect((await api().json<Answer>('GET', `${RBAC}/clusterroles/${name}`))['rules']).toEqual(rules));
      for (const one of [name, part]) await api().json('DELETE', `${RBAC}/clusterroles/${one}`);
      await asRobot({}, async ({ namespace, own }) => {
        const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'no-such-role' };
        const subjects = [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:authenticated' }];
        await api().json('POST', `${RBAC}/namespaces/${namespace}/rolebindings`, { body: { metadata: { name: 'dangling' }, roleRef, subjects } });
        expect((await refusal(own.json('GET', `/api/v1/namespaces/${namespace}/pods`))).message).toContain(
          'RBAC: clusterrole.rbac.authorization.k8s.io "no-such-role" not found',
        );
      });
    });

    it('that one has not cannot be granted without escalate or bind', async () => {
      const writing = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'patch', 'get'] };
      const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };
      await asRobot({ inNamespace: [writing, pods] }, async ({ namespace, user, own }) => {
        const roles = `${RBAC}/namespaces/${namespace}/roles`;
        const role = (name: string, rules: readonly Rule[]) => own.json<Answer>('POST', roles, { body: { metadata: { name }, rules } });
        await role('less', [{ ...pods, verbs: ['get'], resourceNames: ['one'] }]);
        const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
        const refused = await refusal(role('more', [pods, secrets]));
        expect(refused).toMatchObject({ code: 403, reason: 'Forbidden' });
        expect(refused.message).toContain(`roles.rbac.authorization.k8s.io "more" is forbidden: user "${user}" (groups=[`);
        expect(refused.message).toContain(
          'is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
        );
        expect((await refusal(own.json('PATCH', `${roles}/less`, { body: { rules: [secrets] }, type: MERGE }))).message).toContain(
          'not currently held',
        );
        await own.json('PATCH', `${roles}/less`, { body: { metadata: { labels: { a: 'b' } } }, type: MERGE });
        const bind = (name: string, kind: string, to: string) =>
          own.json<Answer>('POST', `${RBAC}/namespaces/${namespace}/rolebindings`, {
            body: { metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: to }, subjects: [] },
          });
        await bind('less', 'Role', 'less');
        expect((await refusal(bind('admin', 'ClusterRole', 'cluster-admin'))).message).toContain('not currently held');
        expect(await refusal(bind('none', 'ClusterRole', 'no-such-role'))).toMatchObject({ code: 404 });
      });
      const granting = [
        writing,
        { apiGroups: writing.apiGroups, resources: ['roles'], verbs: ['escalate'] },
        { apiGroups: writing.apiGroups, resources: ['clusterroles'], resourceNames: ['cluster-admin'], verbs: ['bind'] },
      ];
      await asRobot({ inNamespace: granting }, async ({ namespace, own }) => {
        await own.json('POST', `${RBAC}/namespaces/${namespace}/roles`, {
          body: { metadata: { name: 'more' }, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
        });
        await own.json('POST', `${RBAC}/namespaces/${namespace}/rolebindings`, {
          body: {
            metadata: { name: 'more' },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
            subjects: [],
          },
        });
      });
    });

    it('to answer for a signer are asked for when a certificate request is approved', async () => {
      const rule = { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests', 'certificatesigningrequests/approval'] };
      const everywhere = [{ ...rule, verbs: ['get', 'create', 'update'] }];
      const signers = { apiGroups: rule.apiGroups, resources: ['signers'], verbs: ['approve'] };
      const approving = async (own: ApiServer, signerName: string): Promise<void> => {
        const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
        const name = uniqueName('conformance');
        const request = Buffer.from(await signingRequest([{ CN: ['robot'] }])).toString('base64');
        const csr = await own.json<Answer>('POST', path, { body: { metadata: { name }, spec: { request, signerName, usages: ['client auth'] } } });
        const approved = { type: 'Approved', status: 'True', reason: 'Test', message: 'for a test' };
        try {
          await own.json('PUT', `${path}/${name}/approval`, { body: { ...csr, status: { conditions: [approved] } } });
        } finally {
          await api().json('DELETE', `${path}/${name}`);
        }
      };
      await asRobot({ everywhere }, async ({ own }) => {
        expect((await refusal(approving(own, 'example.org/robots'))).message).toMatch(
          /^certificatesigningrequests.certificates.k8s.io ".*" is forbidden: user not permitted to approve requests with signerName "example.org\/robots"$/,
        );
      });
      await asRobot({ everywhere: [...everywhere, { ...signers, resourceNames: ['example.org/*'] }] }, async ({ own }) => {
        await approving(own, 'example.org/robots');
        expect((await refusal(approving(own, 'example.com/robots'))).code).toBe(403);
      });
    });

    it('are told by reviews as they are judged', async () => {
      const inNamespace = [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
      ];
      await asRobot({ inNamespace, everywhere: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] }, async ({ namespace, user, own }) => {
        const ask = async (spec: object) =>
          (
            await own.json<Answer>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
              body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec },
            })
          ).status as { allowed: boolean; reason?: string };
        const of = (resourceAttributes: object) => ask({ resourceAttributes });
        const map = { verb: 'get', resource: 'configmaps', namespace, name: 'mine' };
        expect(await of(map)).toEqual({
          allowed: true,
          reason: `RBAC: allowed by RoleBinding "robot/${namespace}" of Role "robot" to ServiceAccount "robot/${namespace}"`,
        });
        for (const other of [
          { ...map, name: 'other' },
          { ...map, name: '' },
          { ...map, namespace: '' },
          { ...map, verb: '*' },
          { ...map, group: 'apps' },
        ])
          expect((await of(other)).allowed, JSON.stringify(other)).toBe(false);
        expect((await of({ verb: 'create', resource: 'pods', subresource: 'exec', namespace })).allowed).toBe(true);
        expect((await of({ verb: 'create', resource: 'pods', namespace })).allowed).toBe(false);
        expect((await ask({ nonResourceAttributes: { verb: 'get', path: '/metrics' } })).allowed).toBe(true);
        const review = (spec: object) => ({ body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec } });
        const reviews = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
        expect((await refusal(own.json('POST', reviews, review({ user, resourceAttributes: map })))).code).toBe(403);
        expect((await api().json<Answer>('POST', reviews, review({ user, resourceAttributes: map }))).status.allowed).toBe(true);
        const rules = await own.json<Answer>('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
          body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
        });
        expect(rules.status.resourceRules).toContainEqual(inNamespace[0]);
      });
    });
  });
};
