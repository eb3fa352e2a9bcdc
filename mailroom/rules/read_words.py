"""Reads which words a condition looks for, and where."""

from collections.abc import Mapping

from mailroom.errors import Text, text
from mailroom.rules.conditions import (
    OPERATORS,
    Condition,
    CountCondition,
    Every,
    NearCondition,
    Operator,
    TextCondition,
    TextTest,
)
from mailroom.rules.page import fold
from mailroom.rules.patterns import (
    Pattern,
    PatternError,
    compile_glob,
    compile_pattern,
    compile_union,
)
from mailroom.rules.spelling import simplified
from mailroom.rules.vocabulary import Vocabulary
from mailroom.yamlfile import Block, Node, Proofreader, Scalar, Word

PLACES: Mapping[str, tuple[str, ...]] = {
    "subject": ("subject",),
    "body": ("new", "forwarded"),
    "new": ("new",),
    "forwarded": ("forwarded",),
    "quoted": ("quoted",),
    "footer": ("footer",),
    "attachment": ("attachment",),
    "attachment_text": ("attachment_text",),
    "from": ("from",),
}
SEVERAL_KEYS = ("near", "within", "count", "at_least")
TEXT_KEYS = (*OPERATORS, *SEVERAL_KEYS)
# No operator denies: “does not contain A or B” is never what is meant.
DENIED: Mapping[str, Text] = {
    f"{no}_{key}": text("No word here denies: put “{key}” below “none:”.", key=key)
    for no in ("not", "no", "does_not", "doesnt", "isnt")
    for key in OPERATORS
} | {
    key: text("No word here denies: put “{key}” below “none:”.", key="contains")
    for key in ("not_contain", "does_not_contain", "doesnt_contain", "excludes", "not")
}
WITHIN = 20  # characters between two words that are near each other
FARTHEST = 1000
PAIR = 2
MANY = 4  # words; so many are found sooner with those of all other lists


class WordsReader:
    """Reads the words of one file, leaving faults with its proofreader."""

    def __init__(self, proof: Proofreader) -> None:
        self.proof = proof
        self.vocabulary = Vocabulary()
        self.exact = False  # of the rule that is being read: `traditional: exact`

    def places(self, node: Node | None, default: tuple[str, ...]) -> tuple[str, ...]:
        """Read the names of places: a list, or names joined by +."""
        names: list[str] = []
        for entry in self.proof.entries(node):
            for name in self.proof.word(entry).split("+"):
                wanted = Scalar(
                    value=name.strip(),
                    line=entry.line,
                    column=entry.column,
                    told=isinstance(entry, Scalar) and entry.told,
                )
                names.append(self.proof.choice(wanted, PLACES, "", "place"))
        found = [name for name in names if name] or default
        # A place knows where the rule names it, for what is said of it.
        places = (
            name.becomes(place) if isinstance(name, Word) else place
            for name in found
            for place in PLACES[name]
        )
        return tuple(dict.fromkeys(places))

    def search(
        self,
        name: str,
        places: tuple[str, ...],
        node: Node,
        block: Mapping[str, Node] | None = None,
        plain: Operator = "contains",
    ) -> Condition:
        """Read what is looked for in some places; `block` where it is read already.

        All keys must hold. `plain`: how a word or a list of words alone is meant.
        """
        if block is None:
            block = self._block(node, TEXT_KEYS, plain)
        several = self._several(name, places, block)
        parts: list[Condition] = []
        if not block.keys() & {"near", "count"} or block.keys() & set(OPERATORS):
            tests = self._tests(block, node, TEXT_KEYS)
            parts.append(TextCondition(name=name, places=places, tests=tests))
        parts += several
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def tests(self, node: Node, plain: Operator = "contains") -> tuple[TextTest, ...]:
        """Read operators with their words, for one text."""
        return self._tests(self._block(node, OPERATORS, plain), node, OPERATORS)

    def _block(
        self, node: Node, known: tuple[str, ...], plain: Operator
    ) -> Mapping[str, Node]:
        return (
            self.proof.block(node, known, DENIED)
            if isinstance(node, Block)
            else {plain: node}
        )

    def _tests(
        self, block: Mapping[str, Node], node: Node, known: tuple[str, ...]
    ) -> tuple[TextTest, ...]:
        tests = [
            self._test(operator, block[operator])
            for operator in OPERATORS
            if operator in block
        ]
        if not tests and not (self.proof.meant(node) or _denies(node)):
            said = ", ".join(
                word for word in known if word not in {"within", "at_least"}
            )
            sentence = text("Say how to look: one of {known}.", known=said)
            self.proof.note(node, "R012", sentence)
        return tuple(tests)

    def _test(self, operator: Operator, node: Node) -> TextTest:
        if operator == "regex":
            words, patterns = self.patterns(node, exact=self.exact)
            return TextTest(
                operator=operator,
                words=words,
                patterns=patterns,
                exact=self.exact,
                union=compile_union(words, exact=self.exact) if patterns else None,
            )
        words = self.proof.words(node)
        folded = tuple(fold(word, exact=self.exact) for word in words)
        if not any(True for _ in self.proof.entries(node)):
            self.proof.note(node, "R013", text("There are no words to look for here."))
        elif not all(folded):
            # Pasted from a page: it would be found in every mail.
            sentence = text(
                "One of these words is only invisible signs (a zero-width space, say)."
                " Delete it and type the word."
            )
            self.proof.note(node, "R013", sentence)
            words, folded = (), ()
        if operator == "glob":
            patterns = self._globs(node, folded)
            if len(patterns) != len(words):
                words, patterns = (), ()
            return TextTest(
                operator=operator, words=words, patterns=patterns, exact=self.exact
            )
        return TextTest(
            operator=operator,
            words=words,
            folded=folded,
            exact=self.exact,
            among=self._among(operator, folded),
        )

    def _among(self, operator: Operator, folded: tuple[str, ...]) -> Vocabulary | None:
        if len(folded) < MANY or operator not in {"contains", "words"}:
            return None
        self.vocabulary.add(map(simplified, folded))
        return self.vocabulary

    def _globs(self, node: Node, folded: tuple[str, ...]) -> tuple[Pattern, ...]:
        try:
            return tuple(compile_glob(word) for word in folded)
        except PatternError as error:
            self.proof.note(node, "R014", error.text)
            return ()

    def patterns(
        self, node: Node | None, *, exact: bool
    ) -> tuple[tuple[str, ...], tuple[Pattern, ...]]:
        """Read one pattern or a list of them, each as written and compiled.

        `exact`: for text as it was written. What cannot be used is left out of both.
        """
        found: dict[Word, Pattern] = {}
        for source in self.proof.words(node):
            try:
                found[source] = compile_pattern(source, exact=exact)
            except PatternError as error:
                self.proof.note(source, "R014", error.text)
        return tuple(found), tuple(found.values())

    def _several(
        self, name: str, places: tuple[str, ...], block: Mapping[str, Node]
    ) -> list[Condition]:
        parts: list[Condition] = []
        for key, of in (("within", "near"), ("at_least", "count")):
            if key in block and of not in block:
                self.proof.note(
                    block[key],
                    "R060",
                    text(
                        "“{key}” belongs to “{of}”, which is missing.", key=key, of=of
                    ),
                )
        if "near" in block:
            parts += self._near(name, places, block)
        if "count" in block:
            parts.append(self._count(name, places, block))
        return parts

    def _near(
        self, name: str, places: tuple[str, ...], block: Mapping[str, Node]
    ) -> list[Condition]:
        within = self.proof.number(block.get("within"), 0, FARTHEST, WITHIN)
        sides = list(self.proof.entries(block["near"]))
        if len(sides) != PAIR:
            sentence = text(
                "“near” takes two: [发票, 号码] or [[发票, invoice], 号码]."
            )
            self.proof.note(block["near"], "R061", sentence)
            return []
        one, other = (self._test("words", side) for side in sides)
        return [
            NearCondition(
                name=name, places=places, one=one, other=other, within=int(within)
            )
        ]

    def _count(
        self, name: str, places: tuple[str, ...], block: Mapping[str, Node]
    ) -> Condition:
        words = self._test("words", block["count"])
        different = dict(zip(words.folded, words.words, strict=True))
        at_least = int(self.proof.number(block.get("at_least"), 1, 100, PAIR))
        if words.words and at_least > len(different):
            sentence = text(
                "Different words here: {count}; there are never {wanted}.",
                count=len(different),
                wanted=at_least,
            )
            self.proof.note(block["count"], "R062", sentence)
        tests = tuple(
            TextTest(
                operator="words",
                words=(word,),
                folded=(folded,),
                exact=self.exact,
                among=words.among,
            )
            for folded, word in different.items()
        )
        return CountCondition(name=name, places=places, tests=tests, at_least=at_least)


def _denies(node: Node) -> bool:
    return isinstance(node, Block) and bool(node.entries.keys() & DENIED.keys())
