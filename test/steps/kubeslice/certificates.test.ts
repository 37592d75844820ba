import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainText } from '../../../src/domain/text.ts';
import { sliceConfigured } from '../../../src/steps/kubeslice/slice-configured.ts';
import { tunnelUp } from '../../../src/steps/kubeslice/tunnel-up.ts';
import { eventually } from '../../support/eventually.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { make, reach } from '../../support/kubeslice-steps.ts';
import { becomesHealthy } from '../../support/step-contract.ts';

const GENERATOR = 'aveshasystems/gateway-certs-generator:0.6.0';
let isThere = false;
let joined: JoinedFleet;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40, imageIsThere: (image) => isThere || image !== GENERATOR });
  await reach(joined, 'workers');
  await make(joined, sliceConfigured(joined.fleet, joined.database));
});
afterAll(() => joined?.close());

test('a certificate Job whose image cannot be pulled is told with its pod and the image, and made good once it can', async () => {
  const { fleet, context } = joined;
  const step = tunnelUp(fleet, fleet.clusters[0]!, fleet.clusters[1]!);
  const problem = await eventually(async () => {
    const verdict = await step.verify(context);
    expect(verdict).toMatchObject({ healthy: false, waitingFor: expect.stringContaining('ImagePullBackOff') });
    return verdict.healthy ? undefined : verdict.problem;
  });
  expect(problem).toMatchObject({ code: 'PGD-037' });
  expect(problem?.evidence.join('\n')).toMatch(
    /pod kubeslice-controller\/open-cert-\S+ of tokyo: ImagePullBackOff \(Back-off pulling image "aveshasystems\/gateway-certs-generator:0\.6\.0": /,
  );
  expect(problem?.evidence.join('\n')).toMatch(/Job open-cert-[0-9a-f]{8} on tokyo has made no certificates yet: /);
  expect(plainText(problem!.remedy)).toContain('Let the nodes of tokyo pull the image named above');
  isThere = true;
  expect(await becomesHealthy(step, context)).toMatchObject({ healthy: true });
});
