"""The kinds of objects that CREATE and DROP name, beside tables and what belongs to them."""

#: Kinds of objects that have nothing to do with tables.
OTHERS = {
    "TYPE": "type", "DOMAIN": "type", "SEQUENCE": "sequence", "SCHEMA": "schema", "DATABASE":
    "schema", "EXTENSION": "extension",
    "FUNCTION": "function", "PROCEDURE": "function", "ROUTINE": "function",
}  # fmt: skip
#: Kinds of objects that a plan reports as `execute`, without their names.
NEITHER = {
    "ROLE", "USER", "SERVER", "COLLATION", "LANGUAGE", "CAST", "OPERATOR", "PUBLICATION",
    "SUBSCRIPTION", "TABLESPACE", "GROUP", "STATISTICS", "TEXT", "ACCESS",
    "CONVERSION", "LOGIN", "SYNONYM", "FULLTEXT", "DEFAULT", "SYSTEM", "SESSION", "LARGE", "EVENT",
}  # fmt: skip
