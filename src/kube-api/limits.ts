/**
 * How much of a foreign answer is taken, in one place. A cluster may be hostile or broken: what exceeds a limit ends the request, never the process.
 * Times were measured on one core of a small virtual machine with Node 24.
 */
export const LIMITS = {
  /**
   * One answer with JSON. etcd refuses values above 1.5 MiB (--max-request-bytes) and the API server bodies above 3 MiB, so that every single object
   * fits; of a list this is one page. Text of this size is decoded, counted and parsed in less than 100 ms as long as `jsonParts` holds.
   */
  answerBytes: 8 * 2 ** 20,
  /** Commas, colons and opening brackets of one JSON text. 4 MiB of '[],' have 2 800 000 and take 180 ms to parse; an object of 1.5 MiB has about 150 000. */
  jsonParts: 250_000,
  /** Levels of JSON. Schemas inside CustomResourceDefinitions reach about 60; whoever walks a value by recursion fails in the thousands. */
  jsonDepth: 200,
  /** Answer that refuses. The API server repeats the object's value in it, at times twice. */
  refusalBytes: 2 ** 20,
  /** Characters of a refusal's message, and of each of its causes' texts. */
  messageLength: 2_000,
  causeLength: 500,
  /** Causes of a refusal: one per field that somebody else holds or that is wrong. */
  causes: 50,
  /** All headers of one answer; Node's own default. */
  headerBytes: 16 * 2 ** 10,

  /** Objects asked for at a time, as kubectl does (--chunk-size). A page above `answerBytes` is asked for again with a tenth of them. */
  pageItems: 500,
  /** Pages of one list: 10 000 objects that come one by one are too many. */
  pages: 250,
  /** Objects of one list: twice what a cluster of Kubernetes' own limits has of nodes (5 000). */
  listItems: 10_000,
  /** JSON of all pages of one list; 1 000 nodes with their images are 15 MB. */
  listBytes: 24 * 2 ** 20,
  /** Lists that are begun again because their continuation was too old (410). */
  listStarts: 3,
  /** Characters of a continuation: it travels in the URL, and API servers refuse headers above 1 MiB; real ones have about 200. */
  continueLength: 8 * 2 ** 10,
  /** Kinds of one group and version. */
  discoveryBytes: 2 ** 20,
  /** Log of one container. */
  logBytes: 2 ** 20,

  /** Everything that comes over one WebSocket, frames and all: an exec's output, a forwarded port's answer. */
  socketBytes: 4 * 2 ** 20,
  /** Messages of one WebSocket: a container's runtime sends one per write of the program, so 20 000 lines; each costs a few microseconds. */
  socketMessages: 20_000,
  /** stdout and stderr of one command together. */
  execBytes: 2 ** 20,
  /** Bytes of a forwarded port that nobody has read yet. */
  forwardBufferBytes: 256 * 2 ** 10,

  /** Characters of names, of versions, of instants: RFC 1123 subdomains have 253. */
  nameLength: 253,
  /** Characters of a resourceVersion: an opaque text, in practice up to 20 digits. */
  versionLength: 128,
  /** Characters of a ServiceAccount's token: clusteradm takes it as one word of its command line (128 KiB on Linux). */
  tokenLength: 16 * 2 ** 10,

  /** kubeconfig, and each file that it names. */
  fileBytes: 4 * 2 ** 20,
} as const;

/**
 * How fast answers of one API server are taken: a burst, then a rate; beyond it they wait, which ends in their own time-outs. Parsed JSON takes about
 * 28 bytes of memory per part, and a walk keeps its lists: with this a single cluster cannot fill the process.
 */
export const INTAKE = {
  burstBytes: 32 * 2 ** 20,
  bytesPerSecond: 2 ** 20,
  /** What one part of JSON counts at least, bytes. */
  bytesPerPart: 16,
  /** Answers above this are read one at a time per API server. */
  largeBytes: 256 * 2 ** 10,
} as const;
