"""Lock files: what a choice came to at one moment, to be made again whenever that is wanted."""
