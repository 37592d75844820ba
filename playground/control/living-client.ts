import type { OperatorClient } from './kit.ts';

/** The client of a process that ends with the signal: what it was about to ask or write then is never sent. Each such call rejects with the signal's reason. */
export const livingClient = (client: OperatorClient, signal: AbortSignal): OperatorClient => {
  const whileAlive =
    <Given extends unknown[], T>(call: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      signal.throwIfAborted();
      return call(...given);
    };
  return {
    ...client,
    get: whileAlive(client.get),
    list: whileAlive(client.list),
    create: whileAlive(client.create),
    apply: whileAlive(client.apply),
    merge: whileAlive(client.merge),
    setStatus: (ref, change, known) =>
      whileAlive(client.setStatus)(
        ref,
        (status, object) => {
          signal.throwIfAborted();
          change(status, object);
        },
        known,
      ),
    delete: whileAlive(client.delete),
    control: whileAlive(client.control),
  };
};
