"""The hardware and the file system a stick lives on."""
