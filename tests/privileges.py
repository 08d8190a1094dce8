"""What a test needs to be allowed to do."""

from __future__ import annotations

import os

import pytest

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may")
"""packaging/test runs as root where changes are merged, so there none of these is left out."""
