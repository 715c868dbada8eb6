/** Taking an export in, as the gateway has it: sealed words and sealed bytes go to the container, which alone can open them. */
import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import {
  importResponse,
  MAX_ARCHIVE,
  passphraseResponse,
  type ImportReport,
} from '../../../../contracts/archive.js';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { ContainerManager } from '../../containers/container-manager.service.js';

/** A request whose body is bytes, left unread. */
export interface ArchiveRequest {
  headers: Record<string, string | undefined>;
  body: unknown;
}

/** The bytes of an archive on their way. @throws AraError `too-large` where its length says so, before anything is read */
export function archiveIn({ headers, body }: ArchiveRequest): Readable {
  if (Number(headers['content-length']) > MAX_ARCHIVE) throw new AraError('too-large');
  return body instanceof Readable ? body : Readable.from([]);
}

@Injectable()
export class ImportsService {
  constructor(private readonly containers: ContainerManager) {}

  /** What the sealed passphrase is known by: for one import, within ten minutes. */
  async ticket(account: AccountId, sealed: string): Promise<string> {
    const door = await this.containers.awake(account);
    return (await door.call('POST', '/v1/archives/passphrase', { sealed }, passphraseResponse)).ticket;
  }

  /** @throws AraError `not-empty`, `wrong-passphrase`, `no-archive`, `bad-archive`, `too-large`; nothing has changed then */
  async take(account: AccountId, ticket: string, archive: Readable): Promise<ImportReport> {
    const door = await this.containers.awake(account);
    return door.upload(`/v1/content/import?ticket=${encodeURIComponent(ticket)}`, archive, importResponse);
  }
}
