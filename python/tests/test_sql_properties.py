"""Properties of the SQL reader that hold for every text."""

import glob
import os
from typing import Any, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lback_planner.sql import statements
from lback_planner.sql.tokens import statements as split
from lback_planner.sql.tokens import tokens

pytestmark = pytest.mark.once

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sql")
FILES = sorted(glob.glob(os.path.join(FOLDER, "*.sql")))
DIALECTS = ("postgresql", "mysql", "sqlite", "mssql", "oracle")

#: What SQL is made of, so that generated texts reach beyond the first word.
WORDS = (
    "select insert update delete merge with create alter drop rename truncate comment on table"
    " index view trigger function procedure schema type into from join where set values as if"
    " not exists begin end case when then else loop do declare execute language returns primary"
    " key foreign references unique check constraint column add modify change default null"
    " cascade a b c s.t"
).split()
SIGNS = (
    "( ) , ; . = := :: || * - -- /* */ /*! # ' \" ` [ ] $$ $x$ %s %(n)s :n ? @v 1 1.5e3 E' \\"
).split()
sql_texts = st.lists(st.sampled_from(WORDS + SIGNS + [" ", "\n"]), max_size=40).map(" ".join)
texts = st.one_of(st.text(max_size=80), sql_texts)
gaps = st.sampled_from([" ", "\n", "\t ", " /* c; ' */ ", ' -- d; " \n', "\n\n/**/"])

quick = settings(max_examples=200, deadline=None, database=None)


@quick
@given(texts, st.sampled_from(DIALECTS))
def test_the_tokenizer_gives_back_every_character(text: str, dialect: str) -> None:
    position = 0
    pieces = []
    for token in tokens(text, dialect):
        assert position <= token.start < token.end <= len(text)
        gap = text[position : token.start]
        assert not gap.strip() or is_comment(gap, dialect), gap
        pieces += [gap, text[token.start : token.end]]
        position = token.end
    assert "".join([*pieces, text[position:]]) == text


def is_comment(gap: str, dialect: str) -> bool:
    """Returns whether what lies between two tokens begins as a comment does."""
    begins = ("--", "/*", "#", "*/") if dialect == "mysql" else ("--", "/*")
    return gap.strip().startswith(begins)


@quick
@given(texts, st.sampled_from(DIALECTS))
def test_the_reader_never_raises(text: str, dialect: str) -> None:
    reading = statements.read(text, dialect)
    assert all(effect.as_json() for effect in reading.effects)


@quick
@given(texts, st.sampled_from(DIALECTS))
def test_splitting_loses_no_token_but_semicolons(text: str, dialect: str) -> None:
    found = tokens(text, dialect)
    kept = [token for part in split(found) for token in part]
    assert [token for token in found if token in kept] == kept
    assert {token.text for token in found if token not in kept} <= {";"}


@pytest.mark.parametrize("path", FILES, ids=[os.path.basename(path) for path in FILES])
@settings(max_examples=15, deadline=None, database=None)
@given(data=st.data())
def test_comments_and_white_space_change_nothing(path: str, data: st.DataObject) -> None:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    dialect = os.path.basename(path).split("-")[0]
    choices = data.draw(st.lists(gaps, min_size=8, max_size=8))
    spaced = with_other_gaps(text, dialect, choices)
    assert parts(spaced, dialect) == parts(text, dialect)
    assert found_in(spaced, dialect) == found_in(text, dialect)


def with_other_gaps(text: str, dialect: str, choices: List[str]) -> str:
    """Returns a text with other white space and comments between the same tokens."""
    pieces = []
    position = 0
    for number, token in enumerate(tokens(text, dialect)):
        if token.start > position:
            pieces.append(choices[number % len(choices)])
        pieces.append(text[token.start : token.end])
        position = token.end
    return "".join(pieces)


def parts(text: str, dialect: str) -> List[List[str]]:
    return [[token.text for token in part] for part in split(tokens(text, dialect))]


def found_in(text: str, dialect: str) -> Tuple[List[Any], int]:
    """Returns what the reader finds, without quotations of the text."""
    reading = statements.read(text, dialect)
    return [effect.key() for effect in reading.effects], len(reading.problems)
