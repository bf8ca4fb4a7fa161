"""The session that a run has on the server, and whether it goes on after the run's process.

`report` names the session of a run early, `settle` waits in a later process until it has ended,
`status` has what they exchange, and the other modules ask each kind of database.
"""
