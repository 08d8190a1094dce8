"""What is said in tips: plain text, whatever an app or a drive calls itself."""

from __future__ import annotations

import html


def tip(text: str) -> str:
    """``text`` for a tip. Qt takes for markup what looks like it, and would load its pictures."""
    if "<" not in text:
        return text
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>"
