"""The texts of the course: `campus`, whose true probabilities are known, and real text by `load(name)`."""

from . import campus
from .registry import CorpusUnavailable, LoadedText, about, load, load_or_fallback, names

__all__ = ["CorpusUnavailable", "LoadedText", "about", "campus", "load", "load_or_fallback", "names"]
