"""Holds the write lock of a SQLite database until it is killed.

Usage: hold_journal.py FILE

Prints `held` once it has the lock.
"""

import sqlite3
import sys
import time

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("held", flush=True)
time.sleep(600)
