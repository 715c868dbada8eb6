/** What the gateway tells the operator about one account. */
export interface AccountStatus {
  id: string;
  container: { state: 'awake' | 'asleep'; agent?: string; messages?: Record<string, number> };
  channels: { kind: string; state: string }[];
  keys: { provider: string; lastFour: string }[];
  usage: { outcome: string; messages: number; inputTokens: string; outputTokens: string }[];
  flows: {
    host: string;
    purpose: string;
    connections: number;
    refused: number;
    bytesUp: string;
    bytesDown: string;
  }[];
}
