"""Reads a letter of ours as a careful clerk would, before a person sees it.

`examine` asks every check; each is a pure function from a letter and what the book
knows to findings. What blocks keeps a person from approving until the letter is
changed; a risk is shown with the letter and keeps it out of the mail client, where
nobody would see it; a note is for whoever reads on.
"""

from mailroom.checks.letter import Facts, Letter
from mailroom.checks.review import examine

__all__ = ["Facts", "Letter", "examine"]
