/** Which channels a person is in. */
export interface Memberships {
  /** Of these channels; undefined: Slack does not say. Never rejects; answers within 2.5 s. */
  channelsOf(userId: string, channels: readonly string[]): Promise<readonly string[] | undefined>;
}
