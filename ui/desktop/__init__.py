"""What the person's desktop can do for a program. Where there is none, nothing happens."""
