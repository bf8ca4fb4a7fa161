"""Settings of all tests."""

import sys

# Compiled files beside the packages would end up in lback's binary.
sys.dont_write_bytecode = True
