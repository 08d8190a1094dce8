"""A page with gaps, of which what is fixed and what fills the gaps can be told apart again.

What fills a gap stands between comments: ``<!--apps-->…<!--/apps-->``. It has none itself.
"""

from __future__ import annotations

_MOST_MARKS = 1000


def read_page(page: bytes) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """A page's fixed parts, with the gaps marked and empty, and each gap with what fills it.

    The fixed parts of the template are those of every page made with it. What has more gaps than
    any page is all fixed.
    """
    if page.count(b"<!--") > _MOST_MARKS:
        return page, ()
    fixed: list[str] = []
    gaps: list[tuple[str, str]] = []
    inside, filling = "", [""]
    # What is no UTF-8 is no page of ours, and must not come out as one.
    first, *rest = page.decode("utf-8", "backslashreplace").split("<!--")
    fixed.append(first)
    for part in rest:
        word, end, text = part.partition("-->")
        if inside and end and word == f"/{inside}":
            gaps.append((inside, "".join(filling)))
            fixed.append(f"<!--{part}")
            inside = ""
        elif inside:
            filling.append(f"<!--{part}")
        elif end and word.isidentifier():
            inside, filling = word, [text]
            fixed.append(f"<!--{word}-->")
        else:
            fixed.append(f"<!--{part}")
    return "".join(fixed).encode(), tuple(gaps)
