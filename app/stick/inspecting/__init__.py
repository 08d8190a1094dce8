"""What is on a stick, for looking at it, and reports about it."""
