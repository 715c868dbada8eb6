/** What changes, for those who look. One for the whole process. */
import { Module } from '@nestjs/common';
import { ChangesPoll } from './changes-poll.service.js';
import { Changes } from './changes.service.js';

@Module({ providers: [Changes, ChangesPoll], exports: [Changes, ChangesPoll] })
export class ChangesModule {}
