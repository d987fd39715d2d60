"""The templates: whatever is filled into them shows as text, and nothing may be loaded from
anywhere.

Only this module uses Jinja2, which is part of the optional extra.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from wbc_tracker.charts import require_renderer
from wbc_tracker.errors import UsageError
from wbc_tracker.page_policy import page_policy
from wbc_tracker.wording import install_words, visible

#: What a line must not break: a date, an interval, a percentage.
_WHOLE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b"
    r"|(?<![\w.-])\d+(?:\.\d+)?-\d+(?:\.\d+)?(?![\w-])"
    r"|(?<![\w.])[+-]?\d+(?:\.\d+)? %"
)
#: A hash cannot name a file that is opened without a server; what a browser calls itself there
#: differs.
_FROM_FOLDER = ("'self'", "file:")


def require_pages() -> None:
    """Check that what the pages need is installed.

    Raises:
        UsageError: it is not.
    """
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise UsageError(
            "The HTML report needs the packages jinja2 and vl-convert-python.",
            f"Install them with: {install_words('jinja2', 'vl-convert-python')}",
            code="html_missing",
        ) from None
    require_renderer()


def render_page(
    template: str, scripts: Sequence[str], *, from_folder: bool = False, **words: Any
) -> str:
    """Return a page.

    Every text is escaped, and its control and direction characters are shown (`visible`), unless a
    template or the caller marks it as HTML.

    Args:
        template: its file name. scripts: JavaScript of our own, run in this order.
        from_folder: a script may also come from the folder in which the page lies.
        words: what the template names.
    """
    policy = page_policy(scripts, _FROM_FOLDER if from_folder else ())
    marked = [own_markup(script) for script in scripts]
    return str(_environment().get_template(template).render(policy=policy, scripts=marked, **words))


def own_markup(text: str) -> Any:
    """Mark style, script or markup of our own, in which no text of others stands but escaped,
    to go in as it is.
    """
    from markupsafe import Markup

    return Markup(text)  # noqa: S704


def read_own(name: str) -> str:
    """Return a file that lies beside the templates."""
    return files("wbc_tracker.render.html").joinpath("files", name).read_text(encoding="utf-8")


def css_text(text: str) -> str:
    """Return text as a string of CSS: everything but letters, digits and spaces is written as its
    code.
    """
    return (
        '"'
        + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):X} " for c in visible(text))
        + '"'
    )


@cache
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(read_own),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = _unbroken
    return environment


def _unbroken(text: str) -> Any:
    """Return text as HTML in which no date, interval or percentage is broken at the end of a
    line.
    """
    from markupsafe import escape

    return own_markup(_WHOLE.sub(r'<span class="whole">\g<0></span>', str(escape(visible(text)))))


def _shown(value: Any) -> Any:
    """Return text with what is hidden in it made visible; HTML and numbers as they are."""
    return visible(value) if type(value) is str else value
