"""The categories that menus of desktops are made of, in a word each."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def category_names() -> dict[str, str]:
    """AppStream's name → what people call it, in the order of the chips."""
    return {
        "Education": QCoreApplication.translate("Categories", "Learning"),
        "Office": QCoreApplication.translate("Categories", "Office"),
        "Graphics": QCoreApplication.translate("Categories", "Pictures"),
        "AudioVideo": QCoreApplication.translate("Categories", "Sound and video"),
        "Literature": QCoreApplication.translate("Categories", "Reading"),
        "Development": QCoreApplication.translate("Categories", "Coding"),
        "Science": QCoreApplication.translate("Categories", "Science"),
        "Game": QCoreApplication.translate("Categories", "Games"),
        "Network": QCoreApplication.translate("Categories", "Internet"),
        "Utility": QCoreApplication.translate("Categories", "Tools"),
        "System": QCoreApplication.translate("Categories", "System"),
        "Settings": QCoreApplication.translate("Categories", "Settings"),
    }
