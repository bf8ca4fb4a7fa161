"""The rollback of a table: which revisions to revert, and their inverse as a new revision."""
