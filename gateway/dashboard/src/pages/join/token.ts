/** The token of `/join#TOKEN`. It stands behind the hash, so that no server and no log along the way ever sees it. */
let taken: string | null = null;

/** Takes it out of the address, and so out of the history and of screenshots. */
export function takeToken(): string | null {
  const { hash, pathname } = window.location;
  if (hash.length > 1) {
    taken = hash.slice(1);
    window.history.replaceState(window.history.state, '', pathname);
  }
  return taken;
}
