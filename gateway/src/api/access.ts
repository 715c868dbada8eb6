/** Who may call a route: said at the route itself. One that does not say it is refused to everybody. */
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { AccountId } from '../../../contracts/ids.js';
import { AraError } from '../../../contracts/errors.js';

export type Audience =
  /** No session needed. */
  | 'anyone'
  /** The account that is signed in, and only what is its own. */
  | 'user'
  /** An account with the role of operator, or the installation's token: people and machines, never content. */
  | 'operator'
  /** The installation's token alone: the command line of the machine. */
  | 'installation';

export interface AccessRule {
  audience: Audience;
  /** Whether the user must have proved within the last minutes that it is really them. */
  stepUp: boolean;
}

export const ACCESS = 'ara:access';

export const Access = (audience: Audience, { stepUp = false }: { stepUp?: boolean } = {}) =>
  SetMetadata(ACCESS, { audience, stepUp } satisfies AccessRule);

export type Role = 'operator' | 'user';

/** Who is signed in, from the server's own state. */
export interface Viewer {
  account: AccountId;
  role: Role;
  /** The session's public id. */
  session: string;
}

export interface RequestWithViewer {
  viewer?: Viewer;
}

/** The viewer of a route that needs one. */
export const Me = createParamDecorator((_: undefined, context: ExecutionContext): Viewer => {
  const { viewer } = context.switchToHttp().getRequest<RequestWithViewer>();
  if (!viewer) throw new AraError('unauthorized');
  return viewer;
});
