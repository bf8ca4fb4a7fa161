"""The locks that statements take on tables, and the work that the server does under them.

`postgresql`, `mysql` and `sqlite` have the rules of the servers. They are rules about effects, so
that SQL is read once, by the package `sql`. What the rules can't tell is unknown, never nothing.
"""
