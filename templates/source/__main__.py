"""Writes every shipped template to its place, or below the folder that is named."""

import sys
from argparse import ArgumentParser
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[1]
sys.path[0] = str(TEMPLATES.parent)  # run as a folder, the package is not found by name

from templates.source.shipped import shipped  # noqa: E402  it needs the line above

if __name__ == "__main__":
    parser = ArgumentParser(prog="templates/source", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=TEMPLATES)
    below = parser.parse_args().folder
    for name, content in shipped().items():
        (below / name).parent.mkdir(parents=True, exist_ok=True)
        (below / name).write_bytes(content)
