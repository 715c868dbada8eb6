#!/bin/sh
# Starts Postgres as the public image does, for the settings that docker-compose.yml uses: POSTGRES_USER, POSTGRES_DB,
# POSTGRES_PASSWORD_FILE, POSTGRES_INITDB_ARGS and PGDATA (a folder inside the volume), then the arguments of `postgres`.
set -eu
umask 077

if [ "${1:-}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD_FILE:?names the file with the password}"
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  # Made beside its place and renamed: a start that is cut off leaves no half cluster behind.
  fresh=$PGDATA.new
  rm -rf "$fresh"
  # shellcheck disable=SC2086 # several arguments in one variable, as in the public image
  initdb --pgdata="$fresh" --username="$user" --pwfile="$POSTGRES_PASSWORD_FILE" ${POSTGRES_INITDB_ARGS:-}
  if [ "$database" != postgres ]; then
    # Single-user mode: nobody can connect before the database is there.
    printf 'CREATE DATABASE "%s"\n' "$database" | postgres --single -D "$fresh" postgres
  fi
  # Fails, as it should, where a folder without PG_VERSION but with files lies in the way.
  [ ! -d "$PGDATA" ] || rmdir "$PGDATA"
  mv "$fresh" "$PGDATA"
fi
exec "$@"
