"""Prints the words of a PDF's pages, as a program of its own that cannot do harm.

A PDF may be made so that reading it takes hours or all memory: this program sets its
own limits first, and `pdf` waits for it only so long. Called with the number of pages
and of characters; the file comes on stdin, UTF-8 goes to stdout.
"""

import contextlib
import io
import logging
import sys

MOST_SECONDS = 5  # of CPU time
MOST_MEMORY = 1_000_000_000  # bytes


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def main(pages: int, characters: int) -> int:
    """Print the words; returns 1 where the file cannot be read."""
    _limit()
    from pypdf import PdfReader  # noqa: PLC0415  under the limits
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    logging.disable()
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            return 1
        written = 0
        for page in reader.pages[:pages]:
            words = page.extract_text()[: characters - written]
            written += len(words)
            sys.stdout.buffer.write(f"{words}\n".encode("utf-8", "replace"))
            sys.stdout.buffer.flush()
            if written >= characters:
                break
    except (PyPdfError, ArithmeticError, LookupError, TypeError, ValueError):
        return 1
    except (AttributeError, AssertionError, MemoryError, OSError, RecursionError):
        return 1
    except NotImplementedError:  # pypdf's word for a cipher that it does not know
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
