/** Channels. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangesModule } from '../changes/changes.module.js';
import { Channel } from './channel.entity.js';
import { ChannelsService } from './channels.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Channel]), ChangesModule],
  providers: [ChannelsService],
  exports: [ChannelsService],
})
export class ChannelsModule {}
