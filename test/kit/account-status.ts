/** What the gateway tells the operator about one account. */
export interface AccountStatus {
  id: string;
  container: {
    state: 'awake' | 'asleep';
    agent?: string;
    messages?: Record<string, number>;
    /** When it wants to be awake: a date as text. */
    wakeAt: string | null;
  };
  channels: { kind: string; state: string }[];
  /** In the order in which they are asked. */
  keys: { provider: string; lastFour: string; model: string; baseUrl: string | null }[];
  usage: {
    day: string;
    provider: string;
    model: string;
    outcome: string;
    messages: number;
    inputTokens: string;
    cachedTokens: string;
    outputTokens: string;
    costMicros: string;
  }[];
  flows: {
    host: string;
    purpose: string;
    connections: number;
    refused: number;
    bytesUp: string;
    bytesDown: string;
  }[];
}
