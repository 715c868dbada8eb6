/** Thoughts in the answers of compatible servers: fields that OpenAI does not have, some of which must be sent back. */

interface Piece {
  /** DeepSeek, vLLM, llama.cpp and others. */
  reasoning_content?: string | null;
  /** OpenRouter, which puts the signatures of the models behind it into the details; Ollama has the text alone. */
  reasoning?: string | null;
  reasoning_details?: Detail[] | null;
}

type Detail = Record<string, unknown>;

export class Thoughts {
  private text = '';
  private readonly details: Detail[] = [];

  /** Whether there are thoughts in this piece of an answer. */
  take(delta: object): boolean {
    const { reasoning_content: text, reasoning, reasoning_details: details } = delta as Piece;
    this.text += text ?? '';
    for (const detail of details ?? []) this.add(detail);
    return Boolean(text || reasoning || details?.length);
  }

  /** The fields to send back; null when there are none. */
  get value(): object | null {
    if (this.details.length > 0) return { reasoning_details: this.details };
    return this.text ? { reasoning_content: this.text } : null;
  }

  /** The pieces of one thought become one again; what is encrypted comes whole. */
  private add(piece: Detail): void {
    const last = this.details.at(-1);
    const goesOn = last && last['type'] === piece['type'] && last['index'] === piece['index'];
    if (!goesOn || piece['type'] === 'reasoning.encrypted') this.details.push({ ...piece });
    else
      for (const [name, value] of Object.entries(piece)) {
        const before = last[name];
        const isWords = name === 'text' || name === 'summary';
        if (isWords && typeof before === 'string' && typeof value === 'string') last[name] = before + value;
        else last[name] = value ?? before;
      }
  }
}
