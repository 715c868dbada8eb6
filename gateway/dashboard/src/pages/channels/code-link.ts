/** Where the code goes: a link that opens the chat with the other side, and what is to be sent there. */
import type { LinkableKind } from '../../api/types';

interface CodeLink {
  href: string;
  /** The command as it is typed there: apps of Matrix keep the slash for themselves. */
  command: string;
}

export function codeLink(kind: LinkableKind, address: string, code: string): CodeLink {
  switch (kind) {
    case 'telegram': {
      const bot = encodeURIComponent(address.replace(/^@/, ''));
      return { href: `https://t.me/${bot}?start=${encodeURIComponent(code)}`, command: `/link ${code}` };
    }
    case 'matrix':
      return { href: `https://matrix.to/#/${encodeURIComponent(address)}`, command: `!link ${code}` };
    case 'whatsapp': {
      const command = `/link ${code}`;
      const number = address.replace(/\D/g, '');
      return { href: `https://wa.me/${number}?text=${encodeURIComponent(command)}`, command };
    }
  }
}
