"""What runs on the Make page: kinds of work, each with its name and how it is run."""
