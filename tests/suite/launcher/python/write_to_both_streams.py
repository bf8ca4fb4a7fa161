import os
import sys

from alembic import context

print("to stdout")
print("to stderr", file=sys.stderr)
print("without an end", end="")
print(context.get_x_argument(), context.get_x_argument(as_dictionary=True))
sys.stdout.buffer.write(b"\xff\xfe no text\n")
os.write(1, b"straight\n")
os.write(2, b"\x80\n")
