"""Kinds of tables; each module has a function `write(path, table)`."""
