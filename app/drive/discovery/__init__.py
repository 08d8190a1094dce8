"""Which drives there are, from sysfs, udev and the table of mounts."""
