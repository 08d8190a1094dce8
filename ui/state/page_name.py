"""The pages of the window, by name."""

from __future__ import annotations

from enum import Enum


class PageName(Enum):
    """The steps in their order, and the pages beside the way."""

    DRIVE = "drive"
    APPS = "apps"
    REVIEW = "review"
    MAKE = "make"
    CONTENTS = "contents"
    SETTINGS = "settings"
