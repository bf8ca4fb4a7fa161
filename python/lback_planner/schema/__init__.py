"""The schema as the scripts before a revision left it.

`state` holds all tables, `table` what is known of one, `consequences` what follows from a write.
"""
