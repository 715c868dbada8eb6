/** Every controller of the API that browsers and commands speak to. */
import type { Type } from '@nestjs/common';
import { AccessesController } from './me/accesses.controller.js';
import { ChannelsController } from './me/channels.controller.js';
import { ContentController } from './me/content.controller.js';
import { DeletionsController } from './me/deletions.controller.js';
import { ExportsController } from './me/exports.controller.js';
import { ImportsController } from './me/imports.controller.js';
import { HostsController } from './me/hosts.controller.js';
import { KeyUsesController } from './me/key-uses.controller.js';
import { MyKeysController } from './me/keys.controller.js';
import { OverviewController } from './me/overview.controller.js';
import { OperatorController } from './operator/operator.controller.js';
import { PeopleController } from './operator/people.controller.js';
import { ReceiptsController } from './receipts.controller.js';
import { SecurityController } from './sign-in/security.controller.js';
import { SignInController } from './sign-in/sign-in.controller.js';

export const dashboardControllers: readonly Type[] = [
  SignInController,
  SecurityController,
  ChannelsController,
  MyKeysController,
  OverviewController,
  HostsController,
  KeyUsesController,
  AccessesController,
  ContentController,
  DeletionsController,
  ReceiptsController,
  ExportsController,
  ImportsController,
  OperatorController,
  PeopleController,
];
