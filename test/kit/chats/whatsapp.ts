/** A private chat on WhatsApp: with oneself, or with the assistant's own number. */
import { proto } from '@whiskeysockets/baileys';
import { Installation } from '../installation.js';
import { link } from '../linking.js';
import type { FakeWhatsApp } from '../whatsapp/server.js';
import type { User } from '../whatsapp/world.js';
import type { Chat, Seen, Sent } from './chat.js';

const kinds = { image: 'image', voice: 'audio', file: 'document' } as const;

export class WhatsAppChat implements Chat {
  readonly kind = 'whatsapp';

  constructor(
    private readonly whatsapp: FakeWhatsApp,
    readonly owner: User,
    /** Whose number Ara is linked to. */
    readonly account: User,
  ) {}

  say(text: string, replyTo?: string): Promise<string> {
    if (replyTo === undefined) return this.owner.phone.say(this.account, text);
    const quoted = this.owner.phone.shown.find(({ id }) => id === replyTo);
    const contextInfo = {
      stanzaId: replyTo,
      participant: this.account.phone.jid,
      quotedMessage: quoted?.content ?? { conversation: '' },
    };
    return this.owner.phone.say(
      this.account,
      proto.Message.fromObject({ extendedTextMessage: { text, contextInfo } }),
    );
  }

  send({ kind, name, type, content, caption }: Sent): Promise<string> {
    return this.owner.phone.sendFile(this.account, kinds[kind], content, {
      mimetype: type,
      ...(kind === 'file' ? { fileName: name, title: name } : {}),
      ...(kind === 'voice' ? { ptt: true, seconds: 3 } : {}),
      ...(caption === undefined ? {} : { caption }),
    });
  }

  shown(): Promise<Seen[]> {
    return Promise.resolve(
      this.owner.phone.inChat(this.account).map(({ id, text, edits, file }) => ({
        id,
        text,
        file: file && { name: file.name ?? '', content: file.content, voice: file.voice },
        edits,
      })),
    );
  }

  signs(message: string): Promise<readonly string[]> {
    return Promise.resolve([...this.whatsapp.reactionsTo(message).values()]);
  }

  typing(): Promise<number> {
    return Promise.resolve(this.owner.phone.typing.length);
  }
}

interface WhatsAppOptions {
  owner: User;
  /** Default: the owner's own. */
  number?: User;
  by?: 'qr' | 'code';
  readReceipts?: boolean;
  /** Told of each code that is shown. */
  onStep?: (text: string) => void;
}

/** Links Ara as a device of that number, by the code that the phone scans. In `dedicated` mode the owner then sends the code. */
export async function linkWhatsApp(
  ara: Installation,
  account: string,
  { owner, number = owner, by = 'qr', readReceipts = false, onStep }: WhatsAppOptions,
): Promise<WhatsAppChat> {
  const { whatsapp } = ara.internet;
  const mode = number === owner ? 'own' : 'dedicated';
  const credential = { method: by, mode, readReceipts, ...(by === 'code' ? { phone: number.pn } : {}) };
  const answer = await link(ara, account, 'whatsapp', {
    credential,
    onStep: ({ kind, text }) => {
      onStep?.(text);
      if (kind === 'qr') number.phone.scan(text);
      else number.phone.enterCode(text);
    },
  });
  const chat = new WhatsAppChat(whatsapp, owner, number);
  await connected(ara, account, 'whatsapp', mode === 'own' ? 'connected' : 'waiting-for-owner');
  if ('code' in answer) await chat.say(`/link ${answer.code}`);
  await connected(ara, account, 'whatsapp');
  return chat;
}

/** Waits until the gateway says that a channel is in that state. */
export async function connected(
  ara: Installation,
  account: string,
  kind: string,
  state = 'connected',
  within = 20_000,
): Promise<void> {
  const isSo = async (): Promise<boolean> =>
    (await ara.status(account)).channels.some((each) => each.kind === kind && each.state === state);
  await Installation.until(isSo, within).catch(async () => {
    const { channels } = await ara.status(account);
    throw new Error(`${kind} is not ${state}: ${JSON.stringify(channels)}`);
  });
}
