import os
import sys
import warnings

print("NOISE")
print("NOISE", file=sys.stderr)
os.write(1, b"NOISE")
os.write(2, b"NOISE")
warnings.warn("NOISE")
import logging

logging.getLogger("alembic").critical("NOISE")
