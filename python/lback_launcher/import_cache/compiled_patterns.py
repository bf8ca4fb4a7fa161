"""Regular expressions: what `re` made of them lies in its cache before it is asked.

What a pattern is compiled to depends on the pattern and its flags alone. One that warns is not remembered, since it is to warn again. Nor are those of the
project: one may be made of a secret, which must not get into a file.
"""

import re

import _sre

from .warnings_as_errors import strictly

#: Far less than `re` keeps. Beyond it, what is no longer used makes room.
MOST = 250

#: Characters of a pattern.
LONGEST = 4096

#: These print, or depend on the process.
OTHERS = re.DEBUG | re.LOCALE


class Patterns:
    def __init__(self, memory):
        self.memory = memory

    def install(self):
        for (is_bytes, pattern, flags), arguments in self.memory.patterns.items():
            key = bytes if is_bytes else str, pattern, flags
            if key not in re._cache:
                re._cache[key] = _sre.compile(pattern, *arguments)

    def remove(self):
        """They stay, as those stay that `re` compiles itself."""

    def learn(self):
        known, new = self.memory.patterns, {}
        for (kind, pattern, flags), made in list(re._cache.items()):
            key = kind is bytes, pattern, int(flags)
            if key not in known and kind in (str, bytes) and len(pattern) <= LONGEST and not made.flags & OTHERS:
                arguments = told(pattern, int(flags), made)
                if arguments is not None:
                    new[key] = arguments
        if new:
            both = {**known, **new}
            self.memory.patterns = both if len(both) <= MOST else dict(list(new.items())[:MOST])
            self.memory.changed = True


def told(pattern, flags, made):
    """What `re` gives to C for a pattern, beside the pattern; `None` where that is not all that it does."""
    try:
        arguments = strictly(parsed, pattern, flags)
        again = _sre.compile(pattern, *arguments)
        if again == made and again.groupindex == made.groupindex:
            return arguments
    except Exception:
        pass
    return None


def parsed(pattern, flags):
    compiler = getattr(re, "_compiler", None) or re.sre_compile
    parser = getattr(re, "_parser", None) or re.sre_parse
    tree = parser.parse(pattern, flags)
    names = tree.state.groupdict
    groups = [None] * tree.state.groups
    for name, number in names.items():
        groups[number] = name
    # Its numbers are of a kind of their own.
    code = [int(number) for number in compiler._code(tree, flags)]
    return int(flags | tree.state.flags), code, tree.state.groups - 1, dict(names), tuple(groups)
