"""Scripts whose effects depend on rows, from `rows/*.txt`.

The tables and the rows are those of `SETUP` and `ROWS`.
"""

import os
import re
from typing import List, NamedTuple

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rows")

SETUP = (
    "create table a(id integer primary key, s text, n int, e text, doc text, u text, at text)",
    "create table b(id integer primary key, v text)",
    "create table c(id integer primary key, v text)",
    "create table d(id integer primary key, v text)",
    "create table users(id integer primary key, email text, domain text, ip text, at text, role_id integer, boss_id integer)",
    "create table logs(id integer primary key, v text)",
    "create table roles(id integer primary key, name text)",
    "create table user_tags(user_id integer, tag_id integer)",
    "create table tags(id integer primary key, name text)",
    "create table posts(id integer primary key, user_id integer, title text)",
)

ROWS = (
    "insert into a values (1,'http',1,'http','{\"k\":{\"parts\":[{\"x\":1}]}}','ann@x.org','2024-01-01'),(2,'user',2,'user','[]','bob@y.org','2024-02-01')",
    "insert into b values (1,'z')",
    "insert into c values (1,'z')",
    "insert into d values (1,'z')",
    "insert into users values (1,'Ann@X.org',null,'10.0.0.1','2024-01-01',null,null),(2,'bob@y',null,'10.0.0.2','2024-02-01',1,1)",
    "insert into logs(id) values (1)",
    "insert into roles values (1,'admin')",
    "insert into tags values (1,'t'),(2,'u')",
    "insert into user_tags values (2,2)",
    "insert into posts values (1,2,'hello'),(2,null,'x')",
)

HEAD = """
import json, enum, re, contextlib, functools
A = sa.table("a", sa.column("id", sa.Integer), sa.column("s", sa.String), sa.column("n", sa.Integer), sa.column("e", sa.Enum("http", "user", name="e")), sa.column("doc", sa.Text), sa.column("u", sa.String), sa.column("at", sa.String))
def dele(t):
    op.get_bind().execute(sa.text("delete from " + t))
class Kind(enum.Enum):
    http = "c"
    user = "b"

import ipaddress, base64, datetime, ast, decimal, uuid
from sqlalchemy.orm import Session, declarative_base, relationship, sessionmaker
Base = declarative_base()
user_tags = sa.Table("user_tags", Base.metadata, sa.Column("user_id", sa.ForeignKey("users.id"), primary_key=True), sa.Column("tag_id", sa.ForeignKey("tags.id"), primary_key=True))
class Role(Base):
    __tablename__ = "roles"
    id = sa.Column(sa.Integer, primary_key=True); name = sa.Column(sa.String)
class Tag(Base):
    __tablename__ = "tags"
    id = sa.Column(sa.Integer, primary_key=True); name = sa.Column(sa.String)
class Post(Base):
    __tablename__ = "posts"
    id = sa.Column(sa.Integer, primary_key=True); user_id = sa.Column(sa.ForeignKey("users.id")); title = sa.Column(sa.String)
class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True); email = sa.Column(sa.String); domain = sa.Column(sa.String); ip = sa.Column(sa.String); at = sa.Column(sa.String)
    role_id = sa.Column(sa.ForeignKey("roles.id")); boss_id = sa.Column(sa.ForeignKey("users.id"))
    role = relationship(Role); tags = relationship(Tag, secondary=user_tags); posts = relationship(Post, backref="user"); boss = relationship("User", remote_side=[id])
T = User.__table__
"""


class RowCase(NamedTuple):
    """A script: the body of `upgrade()`, and what comes before the function."""

    title: str
    body: str
    before: str


def cases(kind: str) -> List[RowCase]:
    """Reads the scripts of one kind: `=== title`, what comes before, `---`, the body."""
    with open(os.path.join(FOLDER, kind + ".txt"), encoding="utf-8") as file:
        texts = re.split("^=== ", file.read(), flags=re.MULTILINE)[1:]
    found = []
    for text in texts:
        title, _, rest = text.partition("\n")
        before, _, body = ("\n" + rest).partition("\n---\n")
        found.append(RowCase(title, body, before.strip("\n")))
    return found
