"""Holds a lock of a table in an open transaction: hold.py URL DATABASE SQL READY GO.

It creates the file READY once it has the lock, and ends when the file GO exists.
"""

import os
import sys
import time
from urllib.parse import parse_qs, urlsplit

url, database, sql, ready, go = sys.argv[1:]
host = parse_qs(urlsplit(url).query)
if url.startswith("mysql"):
    import pymysql

    connection = pymysql.connect(unix_socket=host["unix_socket"][0], user="root", database=database)
    number = connection.thread_id()
elif url.startswith("sqlite"):
    import sqlite3

    connection = sqlite3.connect(url.split("///", 1)[1], isolation_level=None)
    number = 0
else:
    import psycopg

    connection = psycopg.connect(
        host=host["host"][0], user=urlsplit(url).username, dbname=database, application_name="nightly dump"
    )
    number = connection.info.backend_pid
cursor = connection.cursor()
for statement in sql.split(";"):
    cursor.execute(statement)
    cursor.fetchall() if cursor.description else None
with open(ready + ".part", "w") as file:
    file.write(str(number))
os.rename(ready + ".part", ready)
while not os.path.exists(go):
    time.sleep(0.01)
connection.rollback()
