"""The writing of Python for a new revision: the calls that a script made, as source text."""
