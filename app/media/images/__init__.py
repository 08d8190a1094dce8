"""A tree as one file: made to be written to many drives, and read without mounting it."""
