"""What the lecture notebooks import: text, models and exercises of the course on neural language models.

`import nlm_utils` alone loads none of its modules: name the one you want, `from nlm_utils import text`.
"""

__version__ = "0.1.0"
