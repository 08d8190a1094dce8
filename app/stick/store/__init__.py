"""What is on a drive, as files: where, in which form, read and written."""
