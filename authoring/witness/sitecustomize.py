"""Notes what a process reads: Python runs this file first wherever PYTHONPATH holds its folder.

The builder starts its kernels so. Each file below NLM_WITNESS_ROOT that a kernel, or a process that it starts, executes
as a module or opens is written once into the file NLM_WITNESS, one path a line.
"""

import os
import sys


def watch(log: str, root: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    inside = os.path.join(root, "")
    noted = set()

    def note(event: str, arguments: tuple) -> None:
        if event == "exec":  # a module's own file, whether its bytecode was cached or not
            path = arguments[0].co_filename
        elif event == "open":
            path = arguments[0]
        else:
            return
        if isinstance(path, str | bytes | os.PathLike):
            path = os.path.abspath(os.fsdecode(path))
            if path.startswith(inside) and path not in noted:
                noted.add(path)
                os.write(out, os.fsencode(path) + b"\n")

    sys.addaudithook(note)


watch(os.environ["NLM_WITNESS"], os.environ["NLM_WITNESS_ROOT"])
