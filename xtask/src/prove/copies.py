"""Copies of a whole database, to go back to: of a file, or by PostgreSQL's own `CREATE DATABASE … TEMPLATE`."""

import os
import shutil

import sqlalchemy as sa


def of(url):
    return {"sqlite": Files, "postgresql": Templates}[sa.engine.make_url(url).get_backend_name()](url)


class Files:
    def __init__(self, url):
        self.file = sa.engine.make_url(url).database

    def clear(self):
        if os.path.exists(self.file):
            os.unlink(self.file)

    def keep(self, name):
        if os.path.exists(self.file):
            shutil.copyfile(self.file, self.named(name))

    def restore(self, name):
        self.clear()
        if os.path.exists(self.named(name)):
            shutil.copyfile(self.named(name), self.file)

    def named(self, name):
        return "%s.%s" % (self.file, name)


class Templates:
    def __init__(self, url):
        url = sa.engine.make_url(url)
        self.name = url.database
        self.engine = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)

    def clear(self):
        self.make(self.name, "template0")

    def keep(self, name):
        self.make(self.named(name), self.name)

    def restore(self, name):
        self.make(self.name, self.named(name))

    def named(self, name):
        return "%s_%s" % (self.name, name)

    def make(self, name, template):
        with self.engine.connect() as connection:
            for each in {name, template} - {"template0"}:
                connection.execute(sa.text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"), {"name": each})
            connection.exec_driver_sql('drop database if exists "%s"' % name)
            connection.exec_driver_sql('create database "%s" template "%s"' % (name, template))
