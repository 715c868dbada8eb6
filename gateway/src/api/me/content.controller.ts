/** Content of the user's own container, passed through: nothing of it is kept, logged or looked at on the way. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import * as z from 'zod';
import * as content from '../../../../contracts/content.js';
import { AraError } from '../../../../contracts/errors.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers, AnswersRaw, TakesBytes } from '../answers.js';

@Controller('v1/me')
export class ContentController {
  @Get('assistant')
  @Access('user')
  @Answers(content.assistantSettings)
  assistant(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Put('assistant')
  @Access('user')
  @Answers(content.assistantSettings)
  changeAssistant(
    @Me() me: Viewer,
    @Body({ schema: content.assistantChange }) body: z.infer<typeof content.assistantChange>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Get('memory')
  @Access('user')
  @Answers(content.memoryList)
  memory(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Get('memory/:name')
  @Access('user')
  @Answers(content.memoryFile)
  memoryFile(@Me() me: Viewer, @Param('name', { schema: z.string().max(200) }) name: string): unknown {
    throw new AraError('internal', String([me, name].length));
  }

  @Put('memory/:name')
  @Access('user')
  @HttpCode(204)
  changeMemory(
    @Me() me: Viewer,
    @Param('name', { schema: z.string().max(200) }) name: string,
    @Body({ schema: content.memoryChange }) body: z.infer<typeof content.memoryChange>,
  ): unknown {
    throw new AraError('internal', String([me, name, body].length));
  }

  @Get('files')
  @Access('user')
  @Answers(content.fileList)
  files(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Get('file')
  @Access('user')
  @AnswersRaw('application/octet-stream')
  file(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Put('file')
  @Access('user')
  @HttpCode(204)
  @TakesBytes()
  putFile(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Delete('file')
  @Access('user')
  @HttpCode(204)
  deleteFile(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Get('conversations')
  @Access('user')
  @Answers(content.conversationList)
  conversations(
    @Me() me: Viewer,
    @Query({ schema: content.conversationQuery }) query: z.infer<typeof content.conversationQuery>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Get('conversations/:id')
  @Access('user')
  @Answers(content.conversation)
  conversation(
    @Me() me: Viewer,
    @Param('id', { schema: z.string().max(200) }) id: string,
    @Query({ schema: content.conversationPage }) query: z.infer<typeof content.conversationPage>,
  ): unknown {
    throw new AraError('internal', String([me, id, query].length));
  }

  @Delete('conversations/:id')
  @Access('user')
  @HttpCode(204)
  deleteConversation(@Me() me: Viewer, @Param('id', { schema: z.string().max(200) }) id: string): unknown {
    throw new AraError('internal', String([me, id].length));
  }

  @Post('chat')
  @Access('user')
  @HttpCode(204)
  say(
    @Me() me: Viewer,
    @Body({ schema: content.webMessage }) body: z.infer<typeof content.webMessage>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Get('chat/events')
  @Access('user')
  @AnswersRaw('text/event-stream')
  chatEvents(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }
}
