/** What steps wait for now, by step id. */
export type Waiting = Readonly<Record<string, string>>;
