"""Pages for people: templates that come with Satchel, filled with values.

Whatever stands in a gap is text: it is escaped without anybody asking for it. A gap without a value
is an error. A template is one file, and cannot name others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.resources import resource

if TYPE_CHECKING:
    from jinja2 import Template


def page_template(*parts: str, text: Callable[[Any], str] = str) -> Template:
    """The template in the resource of this name.

    Args:
        parts: as `resource` takes them.
        text: what stands for a value, before it is escaped.
    """
    # Few commands make pages.
    import html

    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def escaped(value: Any) -> Markup:
        # As html.escape does it: jinja2 alone writes quotes otherwise, and a kit is judged by its
        # bytes.
        return value if isinstance(value, Markup) else Markup(html.escape(text(value)))

    environment = Environment(
        autoescape=True,
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(resource(*parts).read_text("utf-8"))
