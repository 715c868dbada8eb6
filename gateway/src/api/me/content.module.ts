/** The user's own content, from their container to their browser. */
import { Module } from '@nestjs/common';
import { ContentController } from './content.controller.js';
import { ContentService } from './content.service.js';
import { OpenStreams } from './open-streams.js';

@Module({
  controllers: [ContentController],
  providers: [ContentService, OpenStreams],
  exports: [OpenStreams],
})
export class ContentModule {}
