"""A small shop, to have something to migrate."""
