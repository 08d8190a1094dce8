"""Repositories of one's own: what was checked, bound to the maker's collection and signed."""
