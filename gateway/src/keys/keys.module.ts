/** The keystore and the API keys in it. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey } from './api-key.entity.js';
import { DataKey } from './data-key.entity.js';
import { KeyUsesService } from './key-uses.service.js';
import { KeysService } from './keys.service.js';
import { KeystoreService } from './keystore.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey, DataKey])],
  providers: [KeysService, KeystoreService, KeyUsesService],
  exports: [KeysService, KeystoreService, KeyUsesService],
})
export class KeysModule {}
