"""Says how much of an attachment is read, whatever its sender packed into it."""

LONGEST = 200_000  # characters of text; more is no letter
LARGEST = 20_000_000  # bytes of the file, and of all that is unpacked from it
MOST_PARTS = 2_000  # entries of an archive
MOST_ELEMENTS = 500_000  # of one XML part: a second's work
MOST_SHEETS = 10
MOST_PAGES = 50
DEEPEST = 3  # letters in letters
MOST_FILES = 10  # in letters that are attached, all together


class NotReadError(Exception):
    """The attachment is damaged, hostile, locked or of another kind than it says."""
