"""Runs a program with the default handling of the signals that stop it.

Usage: default_signals.py PROGRAM ARGUMENTS...
"""

import os
import signal
import sys

for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
    signal.signal(name, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
