/** Signing in: who somebody is, how they show it, and for how long it holds. */
import { Module } from '@nestjs/common';
import { DeletionGateModule } from '../deletion/gate.js';
import { KeysModule } from '../keys/keys.module.js';
import { AuditService } from './audit.service.js';
import { AuthenticatorsService } from './authenticators.service.js';
import { CeremoniesService } from './ceremonies.service.js';
import { CleaningService } from './cleaning.service.js';
import { Cookies } from './cookies.js';
import { InvitationsService } from './invitations.service.js';
import { LimitsService } from './limits.service.js';
import { LiveSessions } from './live-sessions.service.js';
import { OrganisationService } from './organisation.service.js';
import { OwnAddress } from './own-address.js';
import { PasskeysService } from './passkeys.service.js';
import { PasswordRules } from './password-rules.js';
import { PasswordsService } from './passwords.service.js';
import { PeopleService } from './people.service.js';
import { RecoveryCodesService } from './recovery-codes.service.js';
import { SessionsService } from './sessions.service.js';
import { SignInService } from './sign-in.service.js';
import { SignUpService } from './sign-up.service.js';
import { WaysInService } from './ways-in.service.js';
import { WelcomeService } from './welcome.service.js';

const providers = [
  AuditService,
  LiveSessions,
  SessionsService,
  OwnAddress,
  Cookies,
  InvitationsService,
  PeopleService,
  LimitsService,
  WaysInService,
  PasswordsService,
  PasswordRules,
  PasskeysService,
  AuthenticatorsService,
  RecoveryCodesService,
  CeremoniesService,
  SignUpService,
  SignInService,
  OrganisationService,
];

@Module({
  imports: [KeysModule, DeletionGateModule],
  providers: [...providers, WelcomeService, CleaningService],
  exports: providers,
})
export class SignInModule {}
