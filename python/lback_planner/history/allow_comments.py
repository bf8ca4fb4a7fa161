"""Comments of a script that set findings of policies aside.

``# lback: allow CODE until DATE: REASON`` is about the statement that it stands in or above.
Outside of functions it is about the whole revision. The analysis only reads them: lback compares
them with the findings.
"""

import ast
import datetime
import io
import re
import tokenize
from typing import Any, Dict, Iterator, List, Optional, Tuple

from ..diagnostics import ignored
from ..refused import Refused

MARK = re.compile(r"#\s*lback:\s*allow\b", re.A)
CODE = r"[A-Za-z0-9][\w.-]*"
COMMENT = re.compile(
    MARK.pattern
    + r"\s+(?P<codes>{code}(\s*,\s*{code})*)".format(code=CODE)
    + r"(\s+until\s+(?P<until>[^\s:]+))?\s*(:\s*(?P<reason>.*?)\s*)?$",
    re.A,
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.A)

FORM = "write `# lback: allow CODE until 2027-01-31: REASON`; `until DATE` may be left out"

Lines = Tuple[int, int]
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def allow_comments(text: str, file: str) -> List[Dict[str, Any]]:
    """Returns the comments in the text of a script. `file` is its name in messages."""
    if not MARK.search(text):
        return []
    found = []
    for line, alone, comment in _comments(text):
        read = COMMENT.match(comment)
        if read is None:
            raise _malformed(file, line, "`%s` has another form" % comment)
        until = read.group("until")
        if until is not None and not _is_date(until):
            raise _malformed(file, line, "`%s` is not a date" % until)
        lines = _lines_about(ast.parse(text), line, alone)
        for code in re.split(r"\s*,\s*", read.group("codes")):
            found.append(
                {
                    "code": code,
                    "line": line,
                    "lines": lines,
                    "until": until,
                    "reason": read.group("reason") or None,
                }
            )
    return found


def _malformed(file: str, line: int, why: str) -> Refused:
    return Refused("unavailable", "%s:%d: the comment can't be read: %s" % (file, line, why), FORM)


def _comments(text: str) -> Iterator[Tuple[int, bool, str]]:
    """Yields the line of each comment, whether it stands alone on its line, and its text."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and MARK.match(token.string):
                alone = not token.line[: token.start[1]].strip()
                yield token.start[0], alone, token.string
    except (tokenize.TokenError, SyntaxError) as error:
        ignored(error, "a script that Python can't read has no comments either")


def _is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        datetime.date(*map(int, text.split("-")))
    except ValueError as error:
        ignored(error, "a text that isn't a date is told as such")
        return False
    return True


def _lines_about(tree: ast.Module, line: int, alone: bool) -> Optional[Lines]:
    """Returns the first and last line that a comment is about, ``None`` for the whole revision."""
    around = [node for node in _statements(tree) if _covers(node, line)]
    if not any(isinstance(node, Function) for node in around):
        return None
    inner = around[-1]
    if alone and getattr(inner, "body", None):
        after = [node for node in _statements(inner) if node.lineno > line]
        return _range(min(after, key=lambda node: node.lineno)) if after else (line, line)
    return _range(inner)


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yields the statements below a node, outer ones before inner ones."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt):
            yield node
        yield from _statements(node)


def _covers(node: ast.stmt, line: int) -> bool:
    first, last = _range(node)
    return first <= line <= last


def _range(node: ast.stmt) -> Lines:
    return node.lineno, node.end_lineno or node.lineno
