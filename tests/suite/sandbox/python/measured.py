"""Runs a program, and writes the peak memory of it and of its children, in KiB, to a file."""

import resource
import subprocess
import sys

out, *command = sys.argv[1:]
code = subprocess.call(command)
with open(out, "w", encoding="ascii") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
