"""Qt models over what `app` found."""
