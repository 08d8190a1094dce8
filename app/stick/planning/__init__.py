"""From words to a plan: what comes along, and whether there is room."""
