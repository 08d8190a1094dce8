"""Files: this computer's, and those below a drive that a stranger may have filled."""
