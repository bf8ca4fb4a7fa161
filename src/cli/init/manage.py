#!/usr/bin/env python3
"""Runs lback: `python manage.py migrate` is `lback migrate`, and so is every other command."""

import os
import shutil
import subprocess
import sys


def main() -> int:
    lback = shutil.which("lback")
    if lback is None:
        print("error: `lback` is not on PATH\n\nhint: install lback, or add its folder to PATH", file=sys.stderr)
        return 127
    # The Alembic that belongs to this interpreter is the one that is meant, also where its
    # environment isn't activated.
    if sys.prefix != sys.base_prefix:
        os.environ.setdefault("VIRTUAL_ENV", sys.prefix)
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    command = [lback, *sys.argv[1:]]
    if os.name == "posix":
        os.execv(lback, command)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
