/** Usage figures. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeysModule } from '../keys/keys.module.js';
import { UsageFigure } from './usage-figure.entity.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UsageFigure]), KeysModule],
  providers: [UsageService],
  exports: [UsageService],
})
export class UsageModule {}
