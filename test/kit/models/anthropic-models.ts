/** How Claude's generations differ in what they let a request say about thinking. */
import type {
  MessageCreateParams,
  ThinkingConfigParam,
} from '@anthropic-ai/sdk/resources/messages/messages.js';

type ThinkingType = ThinkingConfigParam['type'];

export interface Traits {
  accepts: readonly ThinkingType[];
  /** Where a request does not say. */
  byDefault: ThinkingType;
  shows: 'summarized' | 'omitted';
  /** The last message may be the beginning of the answer. */
  prefill: boolean;
  /** A thinking block is good only behind the very words that it was thought behind, and no tool can be forced. */
  preserved: boolean;
}

const EVERY_TYPE = ['adaptive', 'between_tools', 'enabled', 'disabled'] as const;

/** A model that is not one of Claude's, as tests have them, may do everything. */
export function traitsOf(model: string): Traits {
  const [, family = '', major, minor = '0'] =
    /^claude-(opus|sonnet|haiku|fable|mythos)-(\d+)(?:-(\d)(?!\d))?/.exec(model) ?? [];
  if (major === undefined)
    return {
      accepts: EVERY_TYPE,
      byDefault: 'disabled',
      shows: 'summarized',
      prefill: true,
      preserved: false,
    };
  const version = Number(`${major}.${minor}`);
  return {
    accepts: typesOf(family, version),
    byDefault: version >= 5 ? 'adaptive' : 'disabled',
    shows: version >= 4.7 ? 'omitted' : 'summarized',
    prefill: version < 4.6,
    preserved: version >= (alwaysThinks(family) ? 5.1 : 5.5),
  };
}

function typesOf(family: string, version: number): readonly ThinkingType[] {
  if (alwaysThinks(family) || (family === 'opus' && version >= 5.5)) return ['adaptive'];
  if (family === 'sonnet' && version >= 5.5) return ['adaptive', 'between_tools'];
  if (version >= 4.7) return ['adaptive', 'disabled'];
  return version >= 4.6 ? ['adaptive', 'enabled', 'disabled'] : ['enabled', 'disabled'];
}

const alwaysThinks = (family: string): boolean => family === 'fable' || family === 'mythos';

/** Whether it thinks before it answers. */
export function thinks({ model, thinking }: MessageCreateParams): boolean {
  const type = thinking?.type ?? traitsOf(model).byDefault;
  return type === 'adaptive' || type === 'enabled';
}

/** Whether the thinking is told, or only that there was some. */
export function showsThinking({ model, thinking }: MessageCreateParams): boolean {
  const display = thinking && 'display' in thinking ? thinking.display : undefined;
  return (display ?? traitsOf(model).shows) === 'summarized';
}
