"""What pages ask for and decide, apart from how they draw it."""
