"""Whose word counts on a stick: signatures, keys, how long, and where updates come from."""
