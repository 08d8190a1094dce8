"""Remotes: where they are known from, what they are called, how they are reached."""
