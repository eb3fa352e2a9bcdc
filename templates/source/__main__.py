"""Writes every shipped template to its place, or below the folder that is named."""

import sys
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[1]
sys.path[0] = str(TEMPLATES.parent)  # run as a folder, the package is not found by name

from templates.source.shipped import shipped  # noqa: E402  it needs the line above

if __name__ == "__main__":
    below = Path(sys.argv[1]) if sys.argv[1:] else TEMPLATES
    for name, content in shipped().items():
        (below / name).parent.mkdir(parents=True, exist_ok=True)
        (below / name).write_bytes(content)
