"""The lock that keeps other runs from a database, for each kind of database.

`acquire` takes it, `base` has what all kinds share, `server` what those of servers share.
"""
