"""The transactions of a run, observed on its connection.

`watch` notices that a step commits a part of itself, `settled` reads what is in the database once
the run's connection is given back, and `postgresql` asks the server which transactions were
committed.
"""
