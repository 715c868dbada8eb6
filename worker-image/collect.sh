#!/bin/sh
# Puts the few programs that a user's container needs, with their libraries, into an otherwise empty root.
set -eu
out=$1

# Follows every link on the way, so that the copy works without the merged /usr of the base.
add() {
  for path in "$@"; do
    mkdir -p "$out$(dirname "$path")"
    cp -L "$path" "$out$path"
  done
}

# What a program links to; a static program links to nothing.
libraries() {
  ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | sort -u || true
}

tools='s6-svscan s6-supervise s6-applyuidgid s6-ipcclient setpriv env mkdir mkfifo ln sleep true'
for tool in $tools; do
  source=/usr/bin/$tool
  mkdir -p "$out/usr/bin"
  cp -L "$source" "$out/usr/bin/$tool"
  add $(libraries "$source")
done
add /bin/sh $(libraries /bin/sh)
node=$(command -v node)
cp -L "$node" "$out/usr/bin/node"
add $(libraries "$node")
add /etc/ssl/certs/ca-certificates.crt

mkdir -p "$out/etc" "$out/opt/ara" "$out/proc" "$out/sys" "$out/dev" "$out/run" "$out/doors" "$out/rooms" "$out/content"
mkdir -p -m 1777 "$out/tmp"
# Nobody logs in: no shell, no home.
cat >"$out/etc/passwd" <<'END'
root:x:0:0::/nonexistent:/usr/sbin/nologin
bridge:x:10001:10001::/nonexistent:/usr/sbin/nologin
agent:x:10002:10002::/nonexistent:/usr/sbin/nologin
END
cat >"$out/etc/group" <<'END'
root:x:0:
bridge:x:10001:
agent:x:10002:
END

# A fresh volume on /data takes over these owners and modes.
mkdir -p -m 0755 "$out/data"
mkdir -m 0700 "$out/data/bridge" "$out/data/agent"
chown 10001:10001 "$out/data/bridge"
chown 10002:10002 "$out/data/agent"
