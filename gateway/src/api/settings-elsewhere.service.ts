/** What another gateway changed of an account's hosts, keys or channels is told to its container, if that is behind a door of this one. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ContainerManager } from '../containers/container-manager.service.js';
import { HostNews } from '../egress/host-news.service.js';
import { codeOf, log } from '../log.js';

@Injectable()
export class SettingsElsewhere implements OnApplicationBootstrap {
  constructor(
    private readonly news: HostNews,
    private readonly containers: ContainerManager,
  ) {}

  onApplicationBootstrap(): void {
    this.news.onChangeElsewhere((account) => {
      this.containers.tellSettings(account).catch((error: unknown) => {
        log.warn('container not told what changed elsewhere', { account, code: codeOf(error) });
      });
    });
  }
}
