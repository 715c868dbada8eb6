/** The records of containers, for those who need a container's keys but start none. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeysModule } from '../keys/keys.module.js';
import { Container } from './container.entity.js';
import { ContainerRecords } from './container-records.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Container]), KeysModule],
  providers: [ContainerRecords],
  exports: [ContainerRecords],
})
export class ContainerRecordsModule {}
