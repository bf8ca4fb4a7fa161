"""The body of a new function: the calls and statements of a script that are wanted, in their order,
in their batches and blocks.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from .calls import Batch, Call, CallLog
from .statements import ALONE, write_statement
from .values import SourceWriter, Unwritable

#: Whether an event of a script is wanted, by its number.
Wanted = Callable[[int], bool]


@dataclass
class Item:
    """One statement of the body: its source without what it is called on, or why it has none."""

    name: str
    text: Optional[str]
    why: Optional[str]
    batch: Optional[Batch] = None
    #: Whether it has to run outside of transactions.
    alone: bool = False


@dataclass
class Body:
    """The lines of a body, and what could not be written."""

    lines: List[str] = field(default_factory=list)
    missing: List[str] = field(default_factory=list)

    def remark(self, text: str) -> None:
        """Adds a comment."""
        self.lines.append("# " + " ".join(text.split()))

    def text(self) -> str:
        """Returns the text of the body, after its first indentation."""
        lines = list(self.lines)
        if all(line.lstrip().startswith("#") or not line.strip() for line in lines):
            # Of remarks alone Python makes no function.
            lines.append("pass")
        return re.sub(r"^(?=.)", "    ", "\n".join(lines), flags=re.MULTILINE).strip()


def items(log: CallLog, events: Sequence[Any], wanted: Wanted) -> Iterator[Item]:
    """Yields the wanted calls and statements of one run."""
    calls: Dict[int, Call] = {}
    for call in log.calls:
        calls.update(dict.fromkeys(range(call.first, call.end), call))
    written: List[Call] = []
    for number, event in enumerate(events):
        if not wanted(number):
            continue
        found = calls.get(number)
        alone = any(first <= number < end for first, end in log.blocks)
        if found is None:
            yield statement(log.writer, event, alone)
        elif not any(found is other for other in written):
            written.append(found)
            if found.text is None and found.batch is None and has_statements(events, found):
                # What it sends has a source, even if what it was called with has none.
                for each in events[found.first : found.end]:
                    yield statement(log.writer, each, alone)
                continue
            log.writer.imports.update(found.imports)
            yield Item(
                found.name, found.text, found.why, found.batch, alone or is_alone(found, event)
            )


def has_statements(events: Sequence[Any], call: Call) -> bool:
    """Returns whether all that a call did is known by its SQL."""
    return all(event.text is not None for event in events[call.first : call.end])


def statement(writer: SourceWriter, event: Any, alone: bool) -> Item:
    """Returns the item of a statement that was sent on a connection."""
    alone = alone or ALONE.match(event.text or "") is not None
    try:
        return Item("execute", write_statement(writer, event), None, None, alone)
    except Unwritable as error:
        return Item("execute", None, str(error), None, alone)


def is_alone(call: Call, event: Any) -> bool:
    """Returns whether PostgreSQL refuses a call within a transaction."""
    if call.name in ("create_index", "drop_index"):
        return "postgresql_concurrently=True" in (call.text or "")
    return ALONE.match(event.text or "") is not None


def add_items(body: Body, writer: SourceWriter, found: Sequence[Item]) -> None:
    """Adds items to a body; neighbours of one batch or one block share it."""
    opened: Tuple[bool, Optional[Batch]] = (False, None)
    for item in found:
        if item.text is None or (item.batch is not None and item.batch.text is None):
            why = item.why or (item.batch.why if item.batch is not None else None)
            missing(body, item.name, why or "it has no source", indent(opened))
            continue
        place = (item.alone, item.batch)
        if place != opened:
            open_place(body, writer, opened, place)
            opened = place
        target = "batch_op." if item.batch is not None else writer.op
        text = item.text if item.text.startswith(writer.op) else target + item.text
        body.lines.append(indent(place) + text)


def indent(place: Tuple[bool, Optional[Batch]]) -> str:
    """Returns the indentation within a block or a batch."""
    return "    " * (int(place[0]) + int(place[1] is not None))


def open_place(
    body: Body,
    writer: SourceWriter,
    before: Tuple[bool, Optional[Batch]],
    place: Tuple[bool, Optional[Batch]],
) -> None:
    """Adds the lines that open a block and a batch, where they are not open."""
    alone, batch = place
    if alone and not before[0]:
        body.lines.append("with %sget_context().autocommit_block():" % writer.op)
    if batch is not None:
        body.lines.append("%s%s as batch_op:" % ("    " * int(alone), batch.text))


def missing(body: Body, name: str, why: str, margin: str) -> None:
    """Adds the comment for a call that has no source."""
    body.lines.append(
        "%s# `%s` could not be written down here (%s): take it from the original script."
        % (margin, name, " ".join(why.split()))
    )
    body.missing.append(name)
