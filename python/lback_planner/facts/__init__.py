"""Facts about the tables of a plan: whether they exist, and their estimated size.

They are asked in the process that has the connection, after the plan is made behind the barrier:
only then is it known which tables it locks. Nothing is counted; everything comes from the server's
catalogue.
"""
