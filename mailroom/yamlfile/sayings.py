"""Says in an editor's words what a parser of YAML complains of."""

from mailroom.errors import Text, text

STAR = text(
    "A text that begins with * or & needs quotes around it; what is said elsewhere"
    " cannot be repeated by a sign: write it out."
)
_SIGN = text("A text that begins with this sign needs quotes around it.")
_INDENT = text(
    "This line does not fit the lines above it: look at how far it is indented."
)
_ENDED = text(
    "The text in quotes has ended before this. A text that holds one kind of quotes"
    " (' or \") stands in the other kind."
)
UNCLOSED_QUOTE = text("A quote is opened here and never closed.")
_ESCAPE = text("In double quotes, \\ has a meaning of its own; use single quotes.")

_SAYINGS: tuple[tuple[str, Text], ...] = (  # libyaml's words, or PyYAML's own
    ("undefined alias", STAR),
    ("alphabetic or numeric", STAR),
    ("cannot start any token", _SIGN),
    ("block scalar", _SIGN),
    ("block sequence entries are not allowed", _SIGN),
    (
        "mapping values are not allowed",
        text(
            "There is a second colon on this line, or the line is indented too far. "
            "Put a text that contains “: ” in quotes."
        ),
    ),
    ("expected key", _INDENT),
    ("expected <block end>", _INDENT),
    ("expected '-'", _INDENT),
    ("violates indentation", _INDENT),
    ("<document start>", _INDENT),
    ("end of stream", UNCLOSED_QUOTE),
    ("expected ','", text("A comma or the closing ] or } is missing.")),
    (
        "expected node content",
        text(
            "A word is missing between two commas here, or [ is closed by } or { by ]."
        ),
    ),
    ("expected ':'", text("A colon with a space after it is missing: “key: value”.")),
    ("single document", text("There is a second “---” in this file; one is enough.")),
    ("escape", _ESCAPE),
)


def explain(problem: str, before: str) -> Text:
    """Say what the parser means, in a rule editor's words.

    `before` is what stands on the line before the place that it names.
    """
    for words, sentence in _SAYINGS:
        if words in problem:
            ended = sentence is _INDENT and before.endswith(("'", '"'))
            return _ENDED if ended else sentence
    return text("YAML does not understand this: {problem}.", problem=problem.strip())
