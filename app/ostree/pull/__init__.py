"""Getting objects from an upstream repository into one of ours."""
