"""What the command line takes, a verb a file: parsers, completion and the manual come from it."""
