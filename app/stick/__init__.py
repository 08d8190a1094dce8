"""Plan, make, check and describe a stick: puts the other packages together."""
