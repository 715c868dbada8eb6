/** Content of the user's own container, passed through: nothing of it is kept, logged or looked at on the way. */
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { Readable } from 'node:stream';
import * as z from 'zod';
import * as content from '../../../../contracts/content.js';
import { AraError } from '../../../../contracts/errors.js';
import { MAX_FILE } from '../../../../contracts/rooms-door.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers, AnswersRaw, TakesBytes } from '../answers.js';
import type { StreamReply } from '../event-stream.js';
import { passChatEvents } from './chat-events.js';
import { ContentService } from './content.service.js';
import { OpenStreams } from './open-streams.js';

/** What the HTTP server gives a handler that answers by itself. */
interface RawReply {
  header(name: string, value: string): RawReply;
  headers(values: Record<string, string>): RawReply;
  send(stream: Readable): unknown;
}
interface RawRequest {
  headers: Record<string, string | undefined>;
  /** Of bytes the stream itself, unread. */
  body: unknown;
}

const ROOT = '/v1/content';
const fileName = z.string().max(200);
/** As long as the name of the longest chat makes it. */
const conversationId = z.string().max(400);
const lastEvent = /^\d{1,16}$/;

const at = (path: string, query: Record<string, string | number | undefined>): string => {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length > 0 ? `${ROOT}/${path}?${new URLSearchParams(given).toString()}` : `${ROOT}/${path}`;
};
const part = encodeURIComponent;

@Controller('v1/me')
export class ContentController {
  constructor(
    private readonly content: ContentService,
    private readonly streams: OpenStreams,
  ) {}

  @Get('assistant')
  @Access('user')
  @Answers(content.assistantSettings)
  assistant(@Me() me: Viewer): Promise<content.AssistantSettings> {
    return this.content.read(me.account, at('assistant', {}), content.assistantSettings);
  }

  @Put('assistant')
  @Access('user')
  @Answers(content.assistantSettings)
  changeAssistant(
    @Me() me: Viewer,
    @Body({ schema: content.assistantChange }) body: z.infer<typeof content.assistantChange>,
  ): Promise<content.AssistantSettings> {
    return this.content.change(me.account, at('assistant', {}), body, content.assistantSettings);
  }

  @Get('memory')
  @Access('user')
  @Answers(content.memoryList)
  memory(@Me() me: Viewer): Promise<unknown> {
    return this.content.read(me.account, at('memory', {}), content.memoryList);
  }

  @Get('memory/:name')
  @Access('user')
  @Answers(content.memoryFile)
  memoryFile(@Me() me: Viewer, @Param('name', { schema: fileName }) name: string): Promise<unknown> {
    return this.content.read(me.account, at(`memory/${part(name)}`, {}), content.memoryFile);
  }

  @Put('memory/:name')
  @Access('user')
  @HttpCode(204)
  changeMemory(
    @Me() me: Viewer,
    @Param('name', { schema: fileName }) name: string,
    @Body({ schema: content.memoryChange }) body: z.infer<typeof content.memoryChange>,
  ): Promise<void> {
    return this.content.write(me.account, 'PUT', at(`memory/${part(name)}`, {}), body);
  }

  @Get('files')
  @Access('user')
  @Answers(content.fileList)
  files(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
  ): Promise<unknown> {
    return this.content.read(me.account, at('files', query), content.fileList);
  }

  @Get('file')
  @Access('user')
  @AnswersRaw('application/octet-stream')
  async file(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
    @Res() reply: RawReply,
  ): Promise<void> {
    const bytes = await this.content.bytes(me.account, at('file', query));
    this.streams.hold(me, bytes);
    const length = bytes.headers['content-length'];
    if (length !== undefined) reply.header('content-length', length);
    reply
      .headers({
        // Whatever it holds, a browser shows nothing of it here and runs nothing of it.
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${inHeader(query.path)}`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
      .send(bytes);
  }

  @Put('file')
  @Access('user')
  @HttpCode(204)
  @TakesBytes()
  async putFile(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
    @Req() request: RawRequest,
  ): Promise<void> {
    const length = request.headers['content-length'];
    if (Number(length) > MAX_FILE) throw new AraError('too-large');
    const body = request.body instanceof Readable ? request.body : Readable.from([]);
    this.streams.hold(me, body);
    await this.content.upload(me.account, at('file', query), body, length);
  }

  @Delete('file')
  @Access('user')
  @HttpCode(204)
  deleteFile(
    @Me() me: Viewer,
    @Query({ schema: content.filePath }) query: z.infer<typeof content.filePath>,
  ): Promise<void> {
    return this.content.write(me.account, 'DELETE', at('file', query));
  }

  @Get('conversations')
  @Access('user')
  @Answers(content.conversationList)
  conversations(
    @Me() me: Viewer,
    @Query({ schema: content.conversationQuery }) query: z.infer<typeof content.conversationQuery>,
  ): Promise<unknown> {
    return this.content.read(me.account, at('conversations', query), content.conversationList);
  }

  @Get('conversations/:id')
  @Access('user')
  @Answers(content.conversation)
  conversation(
    @Me() me: Viewer,
    @Param('id', { schema: conversationId }) id: string,
    @Query({ schema: content.conversationPage }) query: z.infer<typeof content.conversationPage>,
  ): Promise<unknown> {
    return this.content.read(me.account, at(`conversations/${part(id)}`, query), content.conversation);
  }

  @Delete('conversations/:id')
  @Access('user')
  @HttpCode(204)
  deleteConversation(@Me() me: Viewer, @Param('id', { schema: conversationId }) id: string): Promise<void> {
    return this.content.write(me.account, 'DELETE', at(`conversations/${part(id)}`, {}));
  }

  @Post('chat')
  @Access('user')
  @HttpCode(204)
  say(
    @Me() me: Viewer,
    @Body({ schema: content.webMessage }) body: z.infer<typeof content.webMessage>,
  ): Promise<void> {
    return this.content.write(me.account, 'POST', '/v1/web/messages', body);
  }

  @Get('chat/events')
  @Access('user')
  @AnswersRaw('text/event-stream')
  chatEvents(
    @Me() me: Viewer,
    @Headers('last-event-id') last: string | undefined,
    @Res() reply: StreamReply,
  ): void {
    void passChatEvents(this.streams.events(me, reply), {
      door: () => this.content.doorIfAwake(me.account),
      since: last !== undefined && lastEvent.test(last) ? last : null,
    });
  }
}

/** The last part of a path, as a header takes it: RFC 5987. */
const inHeader = (path: string): string =>
  part(path.slice(path.lastIndexOf('/') + 1)).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
