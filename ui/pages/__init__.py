"""The pages of the window. Each is a module of its own and knows none of the others."""
