"""Slips of the pen that keep Python from reading a cell, each with the sentence a good teacher would say.

`problem` says whether a cell can be read, `words` what is wrong with one that cannot. A sentence that guesses at the
cause is only said when the text, mended as the sentence says, can be read beyond the place where Python stopped.
Only text is looked at: nothing runs, nothing is shown. cells.py uses it.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import keyword
import re
import unicodedata
import warnings
from collections.abc import Iterator

BLOCKS = "def|class|if|elif|else|for|while|with|try|except|finally|async def"
OPERATORS = {
    "=>": ">=",
    "=<": "<=",
    "=!": "!=",
    "<>": "!=",
    "&&": " and ",
    "||": " or ",
    "++": " += 1",
    "--": " -= 1",
}
QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "«": '"', "»": '"', "′": "'", "`": "'"}
SIGNS = {
    "−": "-",
    "–": "-",
    "—": "-",
    "×": "*",
    "·": "*",
    "∙": "*",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "²": "**2",
    "³": "**3",
    "…": "...",
    "，": ",",
    "：": ":",
    "（": "(",
    "）": ")",
}
# (what other languages write, what Python writes for it, the sentence)
_ELSEWHERE = (
    (r"\belse\b(\s*[^\s:].*:)", r"elif\1", "An `else` has no condition. With a condition it is an `elif`."),
    (r"\s*\bthen\b\s*:?", ":", "Python has no `then`: the condition ends in a colon `:`."),
    (
        r"\s*\{\s*$|^\s*\}\s*$",
        ":",
        "Python has no braces around blocks: a colon `:`, and the lines below indented.",
    ),
    (
        r"^(\s*)(?:int|float|double|let|var|const|string|auto|set)\s+(?=\w+\s*=)",
        r"\1",
        "In Python no word stands before a name that gets its value: `x = 3`.",
    ),
    (r"^(\s*[\w.]+\s*):=", r"\1=", "A name gets its value by `=` alone."),
    (r"\breturn\s*=", "return ", "After `return` comes the value, without `=`."),
    (
        rf"^(\s*)(?!(?:{'|'.join(keyword.kwlist)})\b)(\w+) (\w+)(?=\s*=[^=])",
        r"\1\2_\3",
        "A name is one word: use `_` where you would write a space.",
    ),
)
_PRINTERS = "`{}` is a printer's quotation mark, as word processors make them. Type a straight one, \" or '."
CLOSERS = {"(": ")", "[": "]", "{": "}"}


def problem(source: str) -> SyntaxError | None:
    """What Python says of a cell that it cannot read; None when it can. Read as IPython does, with `await` allowed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for statement in ast.parse(source).body:
                code = ast.Module([statement], [])
                compile(code, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError, OverflowError):
            return None  # Python's own words are all that there is to say
    return None


def words(source: str, error: SyntaxError) -> tuple[int, str]:
    """(line, sentence) for a cell that cannot be read; the line, from 1, is where the mistake stands."""
    lines = source.splitlines() or [""]
    number = min(max(error.lineno or 1, 1), len(lines))
    for sentence, mended, line in _guesses(lines, number, error):
        if _reads_on("\n".join(mended) + "\n", error):
            return line, sentence
    sentence = _said_by_python(lines, number, str(error.msg))
    return number, sentence or (
        "Look at this line, and at the end of the line above: a bracket, a quote, a comma, a colon or a sign such as "
        "`=` may be missing, or one too many."
    )


def _reads_on(source: str, error: SyntaxError) -> bool:
    """True when this text can be read to its end, or at least beyond the line of the error."""
    after = problem(source)
    if after is None or (after.lineno or 0) > (error.lineno or 0):
        return True
    return (
        str(after.msg).startswith("expected an indented block") and after.msg != error.msg
    )  # no line follows


def _guesses(lines: list[str], number: int, error: SyntaxError) -> Iterator[tuple[str, list[str], int]]:
    """(sentence, the lines mended as it says, where) for each slip that this text may hold, the surest first."""
    text = lines[number - 1]

    def instead(changed: str, place: int = number) -> list[str]:
        return [*lines[: place - 1], changed, *lines[place:]]

    for place in (number, number - 1, number + 1):
        left_over = 1 <= place <= len(lines) and lines[place - 1].strip() == "raise NotImplementedError"
        if left_over and isinstance(error, IndentationError):
            yield (
                "`raise NotImplementedError` is left over from the untouched cell, and not indented like the lines "
                "around it. Delete it.",
                instead("", place),
                place,
            )
    heads = [place for place in range(1, number) if re.match(r"\s*def\b", lines[place - 1])]
    if heads and sum(line.count('"""') for line in lines) % 2 and '"""' not in lines[heads[-1]]:
        opened = instead('    """' + lines[heads[-1]].lstrip(), heads[-1] + 1)
        yield 'A docstring begins with three quotes, `"""`, and here they are missing.', opened, heads[-1] + 1
    prompt = re.compile(r"^(\s*)(?:>>>|\.\.\.|In \[\d*\]:)(?: |$)")
    if prompt.match(text):
        yield (
            f"`{text.split()[0]}` is the prompt of an example and no part of its code. Delete the prompts at the "
            "beginning of the lines.",
            [prompt.sub(r"\1", line) for line in lines],
            number,
        )
    for sign in sorted(set(text) & set(QUOTES)):
        yield (
            _PRINTERS.format(sign)
            if sign != "`"
            else "Python has no strings between backticks. Type a straight quotation mark, \" or '.",
            [line.translate(str.maketrans(QUOTES)) for line in lines],
            number,
        )
    if re.match(r"\s*(else\s+if|elseif|elsif)\b", text):
        mended = re.sub(r"\b(else\s+if|elseif|elsif)\b", "elif", text, count=1)
        yield "Python writes `elif` for *else if*.", instead(mended), number
        yield (
            "Python writes `elif` for *else if*, and the line ends in a colon `:`.",
            instead(_with_colon(mended)),
            number,
        )
    for pattern, mended, sentence in _ELSEWHERE:
        if re.search(pattern, text):
            yield sentence, [re.sub(pattern, mended, line) for line in lines], number
    for wrong, right in OPERATORS.items():
        if wrong in text:
            yield (
                f"Python has no `{wrong}`: write `{right.strip()}`.",
                instead(text.replace(wrong, right)),
                number,
            )
    for word in re.findall(r"[A-Za-z]+", text):
        meant = difflib.get_close_matches(word.lower(), keyword.kwlist, 1, cutoff=0.75)
        if meant and not keyword.iskeyword(word) and not hasattr(builtins, word):
            mended = re.sub(rf"\b{word}\b", meant[0], text, count=1)
            yield f"`{word}` looks like `{meant[0]}`, written differently.", instead(mended), number
    if re.search(r"!(?!=)", text):
        yield "Python writes `not` for `!`.", instead(re.sub(r"!(?!=)", "not ", text)), number
    name = re.search(r"\b(lambda|class|from|global|yield|async|await|as|is|in)\b\s*(=(?!=)|[,)*/+])", text)
    name = name or re.search(r"\b(lambda)\s*$", text)
    if name:
        mended = [re.sub(rf"\b{name[1]}\b", f"{name[1]}_", line) for line in lines]
        sentence = f"`{name[1]}` is a word of Python's own and cannot be a name. Call it `{name[1]}_`, say."
        yield sentence, mended, number
    head = re.match(r"(\s*)(?:(?:function|define|func|fun|fn|Def|DEF)\s+)?(\w+\s*\(.*\)[^()]*:)", text)
    if head and _below_decorator(lines, number):
        yield (
            f"A function begins with `def`: write `def {head[2]}`",
            instead(f"{head[1]}def {head[2]}"),
            number,
        )
    head = re.match(r"(\s*def\s+)(\w+(?:[ -]+\w+)+)(\s*\(.*)", text)
    if head:
        joined = re.sub("[ -]+", "_", head[2])
        sentence = f"A function's name is one word: `{joined}`, with underscores in it."
        yield sentence, instead(head[1] + joined + head[3]), number
    head = re.match(r"(\s*def)\s*(\(.*)", text)
    if head:
        yield (
            "After `def` comes the function's name: `def name(t):`.",
            instead(f"{head[1]} f{head[2]}"),
            number,
        )
    head = re.match(r"(\s*def\s+\w+)\s*(:?)\s*$", text)
    if head:
        yield (
            "After a function's name come round brackets with its parameters, and a colon: `def name(t):`.",
            instead(f"{head[1]}():"),
            number,
        )
    head = re.match(r"(\s*def\s+\w+)\s+([\w ,]+):", text)
    if head:
        yield (
            "The parameters of a function stand in round brackets: `def name(t):`.",
            instead(f"{head[1]}({head[2]}):" + text[head.end() :]),
            number,
        )
    block = _block_before(lines, number)
    if block:
        sentence = f"The `{block}` needs a colon `:` at its end."
        yield sentence, instead(_with_colon(text)), number
    before, after = text[: (error.offset or 1) - 1], text[(error.offset or 1) - 1 :]
    if block and _open_bracket([*lines[: number - 1], before]) is None:
        yield (
            f"The `{block}` needs a colon `:` before what it is to do.",
            instead(f"{before}: {after}"),
            number,
        )
    elif block == "def":
        yield (
            "At the mark, a comma may be missing between two parameters.",
            instead(f"{before}, {after}"),
            number,
        )
    for sign in re.finditer(r"(?<![=!<>:+\-*/%&|^@])=(?!=)", text):
        in_call = _open_bracket([text[: sign.start()]]) is not None
        if not in_call and re.match(r"\s*(if|elif|while|return|assert|and|or|not)\b", text):
            mended = f"{text[: sign.start()]}=={text[sign.end() :]}"
            sentence = "`=` gives a name to a value. To ask whether two things are equal, write `==`"
            yield f"{sentence}.", instead(mended), number
            yield f"{sentence}; and the line ends in a colon `:`.", instead(_with_colon(mended)), number
    if end := re.search(r"(=|\*\*|//|[-+*/,@<>.]|\b(?:and|or|not|in|is))$", _code(text)[0]):
        sentence = f"The line ends in `{end[1]}`, and what should come after it is missing."
        yield sentence, instead(f"{_code(text)[0]}{'' if end[1] == '.' else ' '}x"), number
    opener = _open_bracket(lines[:number])
    if opener:
        place, bracket = opener
        for end in range(place, number + 1):
            closed = [*lines[: end - 1], _closed(lines[end - 1], CLOSERS[bracket]), *lines[end:]]
            yield _never_closed(bracket), closed, place


def _said_by_python(lines: list[str], number: int, message: str) -> str | None:
    """The sentence for what Python's own message already names."""
    text = lines[number - 1]
    if (_below_decorator(lines, number) or text.lstrip().startswith("@")) and not re.match(
        r"\s*(async\s+)?(def|class)\b", text
    ):
        return "Directly below `@exercise` must stand the `def` of a function."
    if character := re.search(r"U\+([0-9A-F]{4,6})", message):
        return _about_character(chr(int(character[1], 16)))
    if message.startswith("expected an indented block") and message.endswith(f"on line {number}"):
        return (
            "This line ends in a colon, so below it something must stand, four spaces further to the right (`pass`, "
            "if nothing is to be done)."
        )
    for beginning, sentence in _MESSAGES.items():
        if found := re.match(beginning, message):
            return sentence.format(*found.groups())
    if found := re.match(r"'(.)' was never closed", message):
        return _never_closed(found[1])
    return None


_MESSAGES = {
    "Missing parentheses in call to 'print'": "`print` is a function: write `print(…)`, with round brackets.",
    r"unmatched '(.)'": "`{0}` closes nothing: it is one too many, or the bracket that it should close is missing.",
    r"closing parenthesis '(.)' does not match opening parenthesis '(.)'": (
        "`{0}` cannot close `{1}`: what was opened last must be closed first, by its own kind of bracket."
    ),
    "unterminated (f-string )?triple-quoted|unterminated triple-quoted": (
        'One `"""` has no partner: a docstring begins with three quotes and ends with three.'
    ),
    "unterminated": "The quote that opens here has no partner on this line.",
    "inconsistent use of tabs": (
        "Here one line begins with a tab and another of the same block with spaces, which look alike and are not "
        "(below, → is a tab and · a space). Use four spaces for each step, and no tabs."
    ),
    "unindent does not match": (
        "This line begins further to the left than the one above, but under none of those that it could belong "
        "with. Lines of one block begin exactly under each other, and a step is four spaces: look at both lines."
    ),
    "unexpected indent": (
        "This line begins further to the right than the one above, and only a line that ends in a colon "
        "(`def`, `if`, `for`) lets the next one do so. Lines of one block begin exactly under each other."
    ),
    r"expected an indented block after function definition": (
        "The `def` above has no body: the lines of a function begin four spaces further to the right than its `def`."
    ),
    r"expected an indented block": (
        "The line above ends in a colon, so this one must begin four spaces further to the right than it."
    ),
    "expected 'else' after 'if'": "A value with an `if` needs an `else` too: `a if condition else b`.",
    "leading zeros": "A number does not begin with 0: write `7` for `07`.",
    r"'(return|yield)' outside function": (
        "This `{0}` does not belong to a function: the lines of a function begin four spaces further to the right "
        "than its `def`."
    ),
    r"'(break|continue)'": "`{0}` has a meaning only inside of a `for` or a `while`: look at how far it is indented.",
    "invalid decimal literal": (
        "A number and a letter stand side by side. To multiply, write `*` between them; a name cannot begin with a "
        "number."
    ),
    "cannot assign to": (
        "`=` gives what stands on its right to a name on its left, or to a place such as `x[i]`. Here something else "
        "stands on its left. To ask whether two things are equal, write `==`."
    ),
    r"invalid syntax\. Perhaps you forgot a comma": (
        "Between the two things that are marked, a comma or a sign such as `*` may be missing."
    ),
    "positional argument follows keyword argument": (
        "In a call, arguments with a name (`axis=0`) come after those without."
    ),
    "unexpected character after line continuation": (
        "A backslash `\\` outside of a string says that the line goes on below, so nothing may follow it. To divide, "
        "write `/`."
    ),
    "expected 'except' or 'finally' block": "A `try:` needs an `except …:` below its lines.",
}


def _never_closed(bracket: str) -> str:
    return f"The `{bracket}` that opens here is never closed: a `{CLOSERS[bracket]}` is missing."


def _about_character(character: str) -> str:
    if character in QUOTES:
        return _PRINTERS.format(character)
    if character in SIGNS:
        return (
            f"`{character}` is no sign of Python's, though it may look like one: write `{SIGNS[character]}`."
        )
    if character.isspace() or unicodedata.category(character) in ("Cf", "Cc", "Zs"):
        name = unicodedata.name(character, "unnamed").lower()
        return (
            f"In this line stands a character that cannot be seen (U+{ord(character):04X}, {name}); text copied "
            "from a web page has them. Delete the spaces at the mark and type them anew."
        )
    return f"`{character}` cannot stand outside of a string or a comment. Do the quotes above it end where they should?"


def _code(text: str) -> tuple[str, str]:
    """A line cut in two before its comment."""
    quote = ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return text[:place].rstrip(), text[place:]
    return text.rstrip(), ""


def _with_colon(text: str) -> str:
    code, comment = _code(text)
    return f"{code}:  {comment}".rstrip()


def _closed(text: str, closer: str) -> str:
    code, comment = _code(text)
    colon = ":" if code.endswith(":") else ""
    return f"{code.removesuffix(':')}{closer}{colon}  {comment}".rstrip()


def _code_line_before(lines: list[str], number: int) -> str:
    """The nearest line above that is neither empty nor a comment; "" when there is none."""
    for line in reversed(lines[: number - 1]):
        if line.strip() and not line.strip().startswith("#"):
            return line
    return ""


def _below_decorator(lines: list[str], number: int) -> bool:
    """True when the code line above is `@exercise`, or another decorator."""
    return bool(re.match(r"\s*@\s*[\w.]+\s*(\(.*\))?\s*(#.*)?$", _code_line_before(lines, number)))


def _block_before(lines: list[str], number: int) -> str | None:
    """The word, `def` or `if`, that opens the statement which this line ends; None when none does."""
    opener = _open_bracket(lines[: number - 1])
    first = lines[(opener[0] if opener else number) - 1]
    word = re.match(rf"\s*({BLOCKS})\b", first)
    return word[1] if word else None


def _open_bracket(lines: list[str]) -> tuple[int, str] | None:
    """(line, bracket) of the first bracket that is still open at the end of these lines, strings left out."""
    opened: list[tuple[int, str]] = []
    quote = ""
    for number, line in enumerate(lines, 1):
        place = 0
        while place < len(line):
            three, one = line[place : place + 3], line[place]
            if quote:
                if line.startswith(quote, place):
                    place += len(quote) - 1
                    quote = ""
            elif three in ('"""', "'''"):
                quote, place = three, place + 2
            elif one in "'\"":
                quote = one
            elif one == "#":
                break
            elif one in CLOSERS:
                opened.append((number, one))
            elif one in CLOSERS.values() and opened:
                opened.pop()
            place += 1
        if len(quote) == 1:
            quote = ""
    return opened[0] if opened else None
