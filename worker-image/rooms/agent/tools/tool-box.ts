/** The tools that a turn may use: how the model sees them, and how a call becomes a result, whatever the call holds. */
import * as z from 'zod/mini';
import type { Image, ToolCall, ToolDescription, ToolResult } from '../models/model.js';
import { ToolError, type AnyTool, type ToolContext } from './tool.js';

/** Characters of one result; more than that is rarely read and always paid for. */
const LONGEST_RESULT = 24_000;
const CUT_NOTE = '\n[cut here: ask for a smaller part]';

export class ToolBox {
  readonly descriptions: readonly ToolDescription[];
  private readonly byName: ReadonlyMap<string, AnyTool>;

  constructor(private readonly tools: readonly AnyTool[]) {
    this.byName = new Map(tools.map((tool) => [tool.name, tool]));
    this.descriptions = tools.map(describe);
  }

  /** Without the tools that write something down. */
  withoutTrace(): ToolBox {
    return new ToolBox(this.tools.filter(({ leavesTrace }) => !leavesTrace));
  }

  without(name: string): ToolBox {
    return new ToolBox(this.tools.filter((tool) => tool.name !== name));
  }

  /** What is going on while this call runs, to the user. */
  progressOf(name: string): string {
    return this.byName.get(name)?.progress ?? 'Working on it';
  }

  /** Never throws: what goes wrong is a result that the model can act on. */
  async run(call: ToolCall, context: Omit<ToolContext, 'showImage'>): Promise<ToolResult> {
    const images: Image[] = [];
    const result = (text: string, failed: boolean): ToolResult => ({
      type: 'tool-result',
      id: call.id,
      name: call.name,
      text: text.length > LONGEST_RESULT ? text.slice(0, LONGEST_RESULT) + CUT_NOTE : text,
      failed,
      images,
    });
    const tool = this.byName.get(call.name);
    if (!tool) return result(`There is no tool ${call.name}.`, true);
    const parsed = z.safeParse(tool.arguments, call.arguments);
    if (!parsed.success) return result(`The arguments are not valid: ${z.prettifyError(parsed.error)}`, true);
    try {
      const value = await tool.run(parsed.data as never, {
        ...context,
        showImage: (image) => void images.push(image),
      });
      const checked = z.parse(tool.result, value);
      return result(typeof checked === 'string' ? checked : JSON.stringify(checked), false);
    } catch (error) {
      if (error instanceof ToolError) return result(error.message, true);
      return result('The tool failed inside Ara. Tell the user so; do not try it again.', true);
    }
  }
}

function describe({ name, description, arguments: schema }: AnyTool): ToolDescription {
  // The dialect's address says nothing to a model.
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return { name, description, parameters };
}
