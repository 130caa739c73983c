"""What the lecture notebooks import: text, models and exercises of the course on neural language models.

Modules load when they are first used: `import nlm_utils` itself brings in neither torch nor matplotlib.
"""

from importlib import import_module, util

__version__ = "0.1.0"


def __getattr__(name: str):
    if not name.startswith("_") and util.find_spec(f"{__name__}.{name}") is not None:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
