/** `react`: a sign on the user's message, where the channel has such a thing. */
import * as z from 'zod/mini';
import { ToolError, type Tool } from './tool.js';

const parameters = z.object({ emoji: z.string().check(z.maxLength(32)) });
const ONE_EMOJI = /^\p{RGI_Emoji}$/v;

export const reactTool = (): Tool<z.infer<typeof parameters>, string> => ({
  name: 'react',
  description:
    "Puts one emoji on the user's last message. For a short thanks or a greeting it can be the whole answer; else answer in words too, or leave it.",
  arguments: parameters,
  result: z.string(),
  progress: 'Reacting',
  leavesTrace: false,
  run: ({ emoji }, context) => {
    // As many keyboards write them: the sign alone, without the mark that makes it a picture.
    const sign = [emoji, `${emoji}\uFE0F`].find((each) => ONE_EMOJI.test(each));
    if (!sign) throw new ToolError('Give exactly one emoji.');
    context.react(sign);
    return 'It is on their message.';
  },
});
