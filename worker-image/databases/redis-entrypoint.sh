#!/bin/sh
# Starts Redis as the public image does: arguments that begin with a dash, or a configuration file, go to redis-server.
set -eu
umask 077
case ${1:-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac
exec "$@"
