"""The trail of one call: the lines that ran, as its events come in."""

import ast
from typing import List, Optional, Set, Type

from .syntax import Lines, Places, own_nodes


class Trail:
    """The lines of one call, in the order in which they come.

    A line counts once its statement has ended: one that raised has not run, even if the error was
    caught.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self.lines: Set[int] = set()
        #: Lines of loops that an exception has ended.
        self.cut: Set[int] = set()
        #: Whether an exception has come up, and the line that it came from while it passes.
        self.has_raised = False
        self._raised: Optional[int] = None
        self._head: Optional[Lines] = None
        self._pending: List[int] = []

    def line(self, number: int) -> None:
        """Takes up that a line begins."""
        head = self._places.head(number)
        if self._raised is not None:
            self._head = None
            self._leave(number)
            if not self._places.is_cleaning(number, self._raised):
                self._raised = None
        if head is None or head != self._head:
            self.commit()
            self._head = head
        self._pending.append(number)

    def raised(self, number: int, kind: Type[BaseException]) -> None:
        """Takes up that a line has raised, or that it has passed on what was raised below it."""
        statement = self._places.statement(number)
        if issubclass(kind, ENDS_OF_LOOPS) and iterates(statement):
            return
        if isinstance(statement, ast.Raise):
            self.commit()
        self._pending.clear()
        self.has_raised = True
        self._raised = number

    def commit(self) -> None:
        """Counts the lines of the statement that has ended."""
        self.lines.update(self._pending)
        self._pending.clear()

    def end(self, is_cut: bool) -> None:
        """Takes up that the call has ended, perhaps with an exception."""
        if is_cut and self._raised is not None:
            self._leave(None)
        if not is_cut:
            self.commit()

    def _leave(self, to: Optional[int]) -> None:
        """Takes the lines of loops back of which an exception has kept further rounds."""
        for first, last in self._places.loops_left(self._raised or 0, to):
            left = {line for line in self.lines if first <= line <= last}
            self.lines -= left
            self.cut |= left


#: Exceptions that end a loop, as they should.
ENDS_OF_LOOPS = (StopIteration, StopAsyncIteration, GeneratorExit)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def iterates(statement: Optional[ast.stmt]) -> bool:
    """Returns whether a statement goes along something by itself."""
    if statement is None or isinstance(statement, (ast.For, ast.AsyncFor)):
        return True
    inner = own_nodes(statement)
    return any(isinstance(node, COMPREHENSIONS + (ast.YieldFrom,)) for node in inner)
