"""Runs a program on a terminal of its own and answers its questions.

Usage: terminal.py ANSWERS FILE PROGRAM ARGUMENTS...

Each character of ANSWERS is one key, given when the next `[y/n]` is shown. With a FILE that isn't
empty, FILE.asked appears at the first question, and the answers wait until FILE exists. Everything
that the terminal shows goes to stdout, as it comes.
"""

import os
import pathlib
import pty
import sys
import time

answers, file, program = sys.argv[1].encode(), sys.argv[2], sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(program[0], program)
shown, asked = b"", 0
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
    sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()
    while asked < len(answers) and shown.count(b"[y/n]") > asked:
        if file:
            pathlib.Path(file + ".asked").touch()
            while not os.path.exists(file):
                time.sleep(0.02)
        os.write(terminal, answers[asked : asked + 1])
        asked += 1
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
