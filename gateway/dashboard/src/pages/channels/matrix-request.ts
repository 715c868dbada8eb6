/** What was typed to link Matrix, checked, and as the container reads it. */
import type { LinkRequest } from './useLinking';

export interface MatrixFields {
  homeserver: string;
  login: 'password' | 'token';
  user: string;
  password: string;
  accessToken: string;
  owner: string;
  encryption: 'on' | 'required' | 'off';
  /** Empty for none. */
  recoveryKey: string;
}

export const emptyMatrix: MatrixFields = {
  homeserver: '',
  login: 'password',
  user: '',
  password: '',
  accessToken: '',
  owner: '',
  encryption: 'on',
  recoveryKey: '',
};

type Typed = 'homeserver' | 'user' | 'password' | 'accessToken' | 'owner' | 'recoveryKey';

/** `https://host[:port]`, from an address or from a bare name; null when it is neither. */
function serverOf(typed: string): URL | null {
  const text = typed.trim();
  const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  const isPlain = url?.protocol === 'https:' && url.hostname.includes('.') && !url.username && !url.search;
  return isPlain ? url : null;
}

/** Without its spaces; null where none is wanted. */
function recoveryKeyOf({ recoveryKey, encryption }: MatrixFields): string | null {
  const key = recoveryKey.replace(/\s/g, '');
  return key === '' || encryption === 'off' ? null : key;
}

export function matrixMistakes(fields: MatrixFields): Set<Typed> {
  const wrong: Record<Typed, boolean> = {
    homeserver: serverOf(fields.homeserver) === null,
    user: fields.login === 'password' && fields.user.trim() === '',
    password: fields.login === 'password' && fields.password === '',
    accessToken: fields.login === 'token' && fields.accessToken.trim() === '',
    owner: !/^@[^\s:]+:[^\s:]+(:\d+)?$/.test(fields.owner.trim()),
    recoveryKey: !/^(Es[1-9A-HJ-NP-Za-km-z]{46})?$/.test(recoveryKeyOf(fields) ?? ''),
  };
  return new Set((Object.keys(wrong) as Typed[]).filter((name) => wrong[name]));
}

/** The counterpart is `matrixLink` in contracts/worker-door.ts. */
export function matrixRequest(fields: MatrixFields): LinkRequest {
  const { login, user, password, accessToken, owner, encryption } = fields;
  const server = serverOf(fields.homeserver);
  const recoveryKey = recoveryKeyOf(fields);
  const host = server?.host ?? '';
  const credential = {
    // A bare name may say that it is somewhere else; an address is meant as it is.
    homeserver: fields.homeserver.includes('://') ? (server?.origin ?? '') : host,
    ...(login === 'password' ? { user: user.trim(), password } : { accessToken: accessToken.trim() }),
    owner: owner.trim(),
    encryption,
    ...(recoveryKey === null ? {} : { recoveryKey }),
  };
  return { credential, hosts: [host] };
}
