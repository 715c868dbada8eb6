/** Usage figures. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangesModule } from '../changes/changes.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { UsageFigure } from './usage-figure.entity.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UsageFigure]), KeysModule, ChangesModule],
  providers: [UsageService],
  exports: [UsageService],
})
export class UsageModule {}
