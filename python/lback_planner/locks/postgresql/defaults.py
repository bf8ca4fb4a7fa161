"""Tells whether PostgreSQL writes a table anew for the default of a new column.

It doesn't if it can work out the value once: if no function in the expression is volatile.
"""

from typing import Optional

from ...sql.functions_of_postgresql import NAMES
from ...sql.tokens import NAME, SIGN, WORD, tokens
from ..table_lock import NO, UNKNOWN, YES

#: Functions that give another value in each row.
VOLATILE = frozenset(
    """
    random random_normal clock_timestamp timeofday nextval setval lastval currval gen_random_uuid
    uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 gen_random_bytes gen_salt
    pg_sleep
    """.split()
)
#: Words before a parenthesis that call nothing volatile: types, and what the grammar has.
HARMLESS = frozenset(
    """
    and or not in case when then else end coalesce nullif greatest least array row cast extract
    varchar char character numeric decimal varbit bit varying time timestamp interval float
    precision current_timestamp current_time localtime localtimestamp substring position overlay
    trim any all some exists
    """.split()
)
KNOWN = frozenset(name for names in NAMES.values() for name in names.split())


def writes_each_row(default: Optional[str]) -> str:
    """Returns whether the value of a default is worked out for each row."""
    if default is None:
        return NO
    found = tokens(default, "postgresql")
    answer = NO
    for place, token in enumerate(found[:-1]):
        is_call = token.kind in (WORD, NAME) and found[place + 1].text == "("
        if not is_call or found[place + 1].kind != SIGN:
            continue
        name = token.text.lower()
        if name in VOLATILE:
            return YES
        if name not in KNOWN and name not in HARMLESS:
            answer = UNKNOWN
    return answer
