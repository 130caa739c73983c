"""The one language model of the course and its compositions, in torch: embed → compose → project.

`LanguageModel` holds E and W; a composition, one file each, turns the embeddings of a text into one vector per prefix.
`COMPOSITIONS` lists them by name: what is said of one in the tests is said of all.
"""

from .addition import Addition
from .attention import Attention
from .composition import Composition
from .feed_forward import FeedForward
from .language_model import LanguageModel
from .mamba import Mamba
from .recurrent import Recurrent
from .transformer import Transformer

COMPOSITIONS: dict[str, type[Composition]] = {
    kind.__name__: kind for kind in (Addition, FeedForward, Recurrent, Attention, Transformer, Mamba)
}

__all__ = [
    "COMPOSITIONS",
    "Addition",
    "Attention",
    "Composition",
    "FeedForward",
    "LanguageModel",
    "Mamba",
    "Recurrent",
    "Transformer",
]
