/** The way out: allowlists, what users stop of them, and the data-flow ledger. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChannelsModule } from '../channels/channels.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { AllowlistService } from './allowlist.service.js';
import { EgressEntry } from './egress-entry.entity.js';
import { HostControl } from './host-control.service.js';
import { HostNews } from './host-news.service.js';
import { LedgerService } from './ledger.service.js';
import { OpenConnections } from './open-connections.service.js';
import { StoppedHost } from './stopped-host.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([EgressEntry, StoppedHost]), ChannelsModule, KeysModule],
  providers: [AllowlistService, LedgerService, OpenConnections, HostControl, HostNews],
  exports: [AllowlistService, LedgerService, OpenConnections, HostControl, HostNews],
})
export class EgressModule {}
