"""The lock that keeps other runs from a database, for each kind of database."""
