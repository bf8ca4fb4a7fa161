"""Looks into a database, for the tests.

Usage:
    database.py query URL DATABASE SQL...         prints rows, columns joined by `|`
    database.py until URL DATABASE SQL ANSWER     asks until the first value is ANSWER
    database.py dump URL                          prints everything that a migration can change

An empty DATABASE is the server's own. `query` and `until` connect with the driver alone, because
SQLAlchemy takes long to start, and commit every statement.
"""

import sys
import time
from urllib.parse import parse_qs, urlsplit

PATIENCE = 100


def connect(url, database):
    host = parse_qs(urlsplit(url).query)
    if url.startswith("sqlite"):
        import sqlite3

        return sqlite3.connect(url.split("///", 1)[1], isolation_level=None)
    if url.startswith("mysql"):
        import pymysql

        socket, database = host["unix_socket"][0], database or None
        return pymysql.connect(unix_socket=socket, user="root", database=database, autocommit=True)
    import psycopg

    database = database or "postgres"
    return psycopg.connect(host=host["host"][0], user="postgres", dbname=database, autocommit=True)


def query(url, database, *statements):
    cursor = connect(url, database).cursor()
    for sql in statements:
        cursor.execute(sql)
        if cursor.description:
            for row in cursor.fetchall():
                print("|".join("" if value is None else str(value) for value in row))


def until(url, database, sql, answer):
    cursor = connect(url, database).cursor()
    began = time.monotonic()
    while True:
        cursor.execute(sql)
        found = str(cursor.fetchone()[0])
        if found == answer:
            return
        if time.monotonic() - began > PATIENCE:
            sys.exit(f"still {found} instead of {answer}")
        time.sleep(0.05)


def dump(url):
    from sqlalchemy import create_engine, inspect

    with create_engine(url).connect() as connection:
        looked = inspect(connection)
        schemas = [None]
        if connection.dialect.name == "postgresql":
            schemas += sorted(set(looked.get_schema_names()) - {"information_schema", "public"})
        for schema in schemas:
            for table in sorted(looked.get_table_names(schema)):
                dump_table(connection, looked, schema, table)
        if connection.dialect.name == "postgresql":
            for enum in looked.get_enums():
                print("type", enum["name"], enum["labels"])


def dump_table(connection, looked, schema, table):
    from sqlalchemy import text

    print("table", table if schema is None else f"{schema}.{table}")
    for column in looked.get_columns(table, schema):
        print(" ", column["name"], column["type"], column["nullable"], column["default"])
    print("  key", looked.get_pk_constraint(table, schema)["constrained_columns"])
    uniques = looked.get_unique_constraints(table, schema)
    for unique in sorted(str(unique["column_names"]) for unique in uniques):
        print("  unique", unique)
    keys = looked.get_foreign_keys(table, schema)
    for key in sorted(keys, key=lambda key: key["constrained_columns"]):
        target = key["referred_schema"], key["referred_table"], key["referred_columns"]
        print("  foreign key", key["constrained_columns"], *target)
    for index in sorted(looked.get_indexes(table, schema), key=lambda index: index["name"]):
        print("  index", index["name"], index["column_names"], index["unique"])
    quote = connection.dialect.identifier_preparer.quote
    name = quote(table) if schema is None else f"{quote(schema)}.{quote(table)}"
    for row in sorted(map(str, connection.execute(text("select * from " + name)))):
        print("  row", row)


if __name__ == "__main__":
    {"query": query, "until": until, "dump": dump}[sys.argv[1]](*sys.argv[2:])
