/** Bytes of an answer of Slack: 200 messages of a channel with their blocks are about 1 MB. */
const MOST_BYTES = 8 * 2 ** 20;

/** fetch without redirects and with bodies that fail beyond 8 MiB, unpacked: whoever stands in for Slack cannot fill the process. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' });
  if (response.body === null) return response;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) controller.error(new Error(`the answer is larger than ${MOST_BYTES / 2 ** 20} MiB`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
};
