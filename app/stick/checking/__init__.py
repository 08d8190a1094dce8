"""Is a stick sound? A module for each part that a check looks at."""
