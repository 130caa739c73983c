"""The one language model of the course and its compositions, in torch: embed → compose → project.

`LanguageModel` holds E and W; a composition, one file each, turns the embeddings of a text into one vector per prefix.
`COMPOSITIONS` lists them: what is said of one in the tests is said of all. Their classes are here too (`models.Mamba`),
and each file is read when its class is first asked for.
"""

from .composition import Composition
from .language_model import LanguageModel
from .registry import COMPOSITIONS, FILES, class_named

__all__ = ["COMPOSITIONS", "Composition", "LanguageModel", *FILES]


def __getattr__(name: str):
    if name in FILES:
        return class_named(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return [*globals(), *FILES]
