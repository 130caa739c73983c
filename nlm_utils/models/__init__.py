"""The one language model of the course and its compositions, in torch: embed → compose → project.

`LanguageModel` holds E and W; a composition, one file each, turns the embeddings of a text into one vector per prefix.
Their classes are here too, and a class is looked for in the file of its name when it is first asked for:
`models.FeedForward` is read from feed_forward.py. Which compositions there are says registry.py.
"""

from .composition import Composition, class_named
from .language_model import LanguageModel

__all__ = ["Composition", "LanguageModel"]


def __getattr__(name: str):
    try:
        return class_named(name)
    except LookupError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
