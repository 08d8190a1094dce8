"""OSTree archive repositories, read and written in Python without libostree."""
