import { startDouble, targetOf, type Target } from '../playground/kubernetes-api/target.ts';
import { administratorOf, contextsGiven } from '../../playground/real/administrator.ts';

/** A cluster that every case runs against. */
export interface ClusterUnderTest {
  readonly name: string;
  start(): Promise<Target>;
}

/** The double, and every context in KUBECONFIG. */
export const clustersUnderTest = (
  kubeconfig = process.env['KUBECONFIG'],
  double: () => Promise<Target> = async () => (await startDouble()).target,
): readonly ClusterUnderTest[] => [
  { name: 'double', start: double },
  ...contextsGiven(kubeconfig).map((context) => ({
    name: context,
    async start() {
      const { connection, close } = await administratorOf(kubeconfig ?? '', context);
      return targetOf(connection, close);
    },
  })),
];
