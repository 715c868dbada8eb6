/** Usage figures. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsageFigure } from './usage-figure.entity.js';
import { UsageService } from './usage.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([UsageFigure])],
  providers: [UsageService],
  exports: [UsageService],
})
export class UsageModule {}
