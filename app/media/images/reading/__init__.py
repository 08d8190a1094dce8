"""What is in an image file that a stranger may have made: by readers of our own."""
