"""What people find on a stick: the page, the installer, lists."""
