"""What is done to drives, by UDisks2 over D-Bus."""
