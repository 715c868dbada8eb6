/** All texts, in English. One file a page, so that a translator sees what belongs together. */
import { assistant } from './en/assistant';
import { channels } from './en/channels';
import { chat } from './en/chat';
import { common, errors, nav } from './en/common';
import { deletion } from './en/deletion';
import { exporting, retention } from './en/export';
import { importing } from './en/import';
import { home, start } from './en/home';
import { keys } from './en/keys';
import { linkMatrix } from './en/link-matrix';
import { linkWhatsApp } from './en/link-whatsapp';
import { operator } from './en/operator';
import { privacy } from './en/privacy';
import { audit, security } from './en/security';
import { join, proof, signIn } from './en/sign-in';
import { usage } from './en/usage';

export const en = {
  common,
  errors,
  nav,
  signIn,
  join,
  proof,
  home,
  start,
  channels,
  linkMatrix,
  linkWhatsApp,
  keys,
  usage,
  assistant,
  chat,
  privacy,
  deletion,
  exporting,
  importing,
  retention,
  security,
  audit,
  operator,
};
