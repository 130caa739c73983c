"""Every figure of the course, in one style: plain numbers and words come in, a figure goes out.

A figure stands in the file of the lecture that first draws it, `lecture_01.py` and so on. Two files serve all:
`floors.py` draws losses over their floors, `style.py` holds the style, the labels and `show(fig, alt)`.
"""

from .style import figure, show

__all__ = ["figure", "show"]
