/** The way out: allowlists and the data-flow ledger. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChannelsModule } from '../channels/channels.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { AllowlistService } from './allowlist.service.js';
import { EgressEntry } from './egress-entry.entity.js';
import { LedgerService } from './ledger.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([EgressEntry]), ChannelsModule, KeysModule],
  providers: [AllowlistService, LedgerService],
  exports: [AllowlistService, LedgerService],
})
export class EgressModule {}
