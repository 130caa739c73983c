"""Every figure of the course that returns, by name, in one style.

`style.py` holds the style and `show(fig, alt)`; each other file holds the figures of one subject.
"""

from .style import figure, show

__all__ = ["figure", "show"]
