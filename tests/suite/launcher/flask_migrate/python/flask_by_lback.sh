#!/bin/sh
# Hands the groups of Flask-Migrate to lback, and everything else to Flask.
case "$1" in
db | database)
    printf '[alembic]\ncommand = ["%s", "%s"]\n' "$FLASK" "$1" >lback.toml
    shift
    exec "$LBACK" alembic "$@"
    ;;
esac
exec "$FLASK" "$@"
