"""The words benchmark: how fast letters are made, beside docxtpl on the same files."""

import argparse
import gc
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import docxtpl
import jinja2
from docxtpl import DocxTemplate

from mailroom.words.template import Template
from tests.benchmarks.claims import Claim, conclude, table
from tests.benchmarks.words_letters import LETTER, letter, memo, memo_fields
from tests.oracle.canonical import canonical

# Times faster than docxtpl, goal and aim.
GOALS = {"letter": (20.0, 40.0), "memo": (10.0, 20.0)}
MAIL_BODY = 0.1  # ms, html and text of the letter
ROWS = (50, 500, 2000, 5000)
COMPILED = 50  # templates, to weigh one
THEIRS, AGAIN, OURS, FLOOR = (
    f"docxtpl {docxtpl.__version__}",
    "docxtpl, same object",
    "mailroom",
    "Jinja alone",
)
# So often in a row, that the clock's own cost does not show.
REPEATS = {OURS: 10, FLOOR: 10}

Fields = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A template, and what it is filled with."""

    name: str
    path: Path
    fields: Fields


def run(arguments: Sequence[str]) -> int:
    """Measure as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks words")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--most-rows", type=int, default=ROWS[-1], help="of a table")
    asked = parser.parse_args(arguments)
    claims = []
    with tempfile.TemporaryDirectory(prefix="words-") as name:
        folder = Path(name)
        matters = (
            _matter(folder, "letter", letter(), LETTER),
            _matter(folder, "memo", memo(), memo_fields(ROWS[0])),
        )
        for matter in matters:
            _agree(matter)
            claims += _speed(matter, rounds=asked.rounds)
        claims += _mail_body(matters, rounds=asked.rounds)
        claims += _compile(folder, rounds=asked.rounds)
        _rows(matters[1], [rows for rows in ROWS if rows <= asked.most_rows])
    print()
    return conclude(claims)


def _matter(folder: Path, name: str, content: bytes, fields: Fields) -> Matter:
    path = folder / f"{name}.en.docx"
    path.write_bytes(content)
    return Matter(name=name, path=path, fields=fields)


def _agree(matter: Matter) -> None:
    """Make sure that both do the same work."""
    ours = Template.load(matter.path).render(matter.fields).docx
    if canonical(ours) != canonical(_fresh(matter)):
        raise RuntimeError(f"{matter.name}: not what docxtpl makes of it")


def _fresh(matter: Matter) -> bytes:
    """Render as docxtpl's users do: from the file, each time."""
    return _by_docxtpl(DocxTemplate(matter.path), matter)


def _by_docxtpl(template: DocxTemplate, matter: Matter) -> bytes:
    # Its default is no escaping, which makes other letters of the same fields.
    template.render(matter.fields, autoescape=True)
    file = BytesIO()
    template.save(file)
    return file.getvalue()


# ── how fast ─────────────────────────────────────────────────────────────


def _speed(matter: Matter, *, rounds: int) -> list[Claim]:
    loaded, theirs = Template.load(matter.path), DocxTemplate(matter.path)
    times = _interleaved(
        {
            THEIRS: partial(_fresh, matter),
            AGAIN: partial(_by_docxtpl, theirs, matter),
            OURS: partial(loaded.render, matter.fields),
            FLOOR: _jinja(matter),
        },
        rounds=rounds,
    )
    peer = statistics.median(times[THEIRS])
    goal, aim = GOALS[matter.name]
    table(
        ("", "median ms", "least", "most", "x docxtpl"),
        [(name, *_figures(each), f"{peer / statistics.median(each):.1f}")
         for name, each in times.items()],
        f"{matter.name}: CPU ms for one .docx, {rounds} rounds, interleaved"
        f" (goal {goal:g}x, aim {aim:g}x)",
    )  # fmt: skip
    return [
        Claim(
            name=f"words_{matter.name}_times_docxtpl",
            measured=peer / statistics.median(times[OURS]),
            goal=goal,
        )
    ]


def _jinja(matter: Matter) -> Callable[[], object]:
    """Return what fills the parts' XML by Jinja, compiled before: no file is made."""
    template = DocxTemplate(matter.path)
    template.init_docx()
    plain = jinja2.Environment(autoescape=True)
    # The text, then the two parts around it, as docxtpl hands them to Jinja.
    sources = [template.get_xml()]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        sources += [
            template.get_part_xml(part) for _, part in template.get_headers_footers(uri)
        ]
    parts = [plain.from_string(template.patch_xml(source)) for source in sources]
    return lambda: [part.render(matter.fields) for part in parts]


def _interleaved(
    works: Mapping[str, Callable[[], object]], *, rounds: int
) -> dict[str, list[float]]:
    """Return each work's CPU milliseconds, round by round."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            repeats = REPEATS.get(name, 1)
            began = time.process_time()
            for _ in range(repeats):
                work()
            spent = time.process_time() - began
            times[name].append(1000 * spent / repeats)
    return times


def _figures(times: Sequence[float]) -> tuple[str, str, str]:
    median, least, most = statistics.median(times), min(times), max(times)
    return f"{median:.3f}", f"{least:.3f}", f"{most:.3f}"


def _mail_body(matters: Sequence[Matter], *, rounds: int) -> list[Claim]:
    """Measure what html and text cost once the letter is filled in."""
    medians, rows = {}, []
    for matter in matters:
        loaded = Template.load(matter.path)
        first = loaded.render(matter.fields)
        began = time.process_time()
        _ = first.html, first.text
        once = 1000 * (time.process_time() - began)
        times = []
        for _ in range(rounds):
            letters = [loaded.render(matter.fields) for _ in range(10)]
            began = time.process_time()
            for one in letters:
                _ = one.html, one.text
            times.append(1000 * (time.process_time() - began) / len(letters))
        medians[matter.name] = statistics.median(times)
        rows.append((matter.name, *_figures(times), f"{once:.3f}"))
    table(
        ("", "median ms", "least", "most", "the first"),
        rows,
        "mail body: CPU ms, html and text",
    )
    return [
        Claim(
            name="words_mail_body_letter_ms",
            measured=medians["letter"],
            goal=MAIL_BODY,
            good="below",
        )
    ]


# ── once for each template ───────────────────────────────────────────────


def _compile(folder: Path, *, rounds: int) -> list[Claim]:
    """Measure the first load, which compiles; every file is another one."""
    claims, rows = [], []
    for name, write, fields in (
        ("letter", letter, LETTER),
        ("memo", memo, memo_fields(ROWS[0])),
    ):
        matters = [
            _matter(folder, f"{name}{n}", write(f"{name} {n}"), fields)
            for n in range(rounds)
        ]
        firsts, renders = [], []
        for matter in matters:
            began = time.process_time()
            Template.load(matter.path)
            firsts.append(1000 * (time.process_time() - began))
            began = time.process_time()
            _fresh(matter)
            renders.append(1000 * (time.process_time() - began))
        ratio = statistics.median(firsts) / statistics.median(renders)
        weight = _weight(folder, name, write)
        rows.append((name, *_figures(firsts), f"{ratio:.2f}", f"{weight / 1024:.0f}"))
        claims.append(
            Claim(
                name=f"words_{name}_first_load_docxtpl_renders",
                measured=ratio,
                goal=1.0,
                good="below",
            )
        )
    table(
        ("", "median ms", "least", "most", "docxtpl renders", "kept KiB"),
        rows,
        "first load of a template: CPU ms, and the memory that it keeps (tracemalloc)",
    )
    return claims


def _weight(folder: Path, name: str, write: Callable[[str], bytes]) -> float:
    """Return the bytes that one loaded template keeps."""
    paths = []
    for n in range(COMPILED):
        path = folder / f"weight-{name}{n}.en.docx"
        path.write_bytes(write(f"weight {n}"))
        paths.append(path)
    gc.collect()
    tracemalloc.start()
    try:
        kept = [Template.load(path) for path in paths]
        for one in kept:
            _ = one.render({}).html  # what is made when first asked for counts, too
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return held / len(kept)


# ── how the cost grows ───────────────────────────────────────────────────


def _rows(matter: Matter, sizes: Sequence[int]) -> None:
    shown = []
    loaded = Template.load(matter.path)
    for size in sizes:
        longer = Matter(name=matter.name, path=matter.path, fields=memo_fields(size))
        times = _interleaved(
            {
                THEIRS: partial(_fresh, longer),
                OURS: partial(loaded.render, longer.fields),
                FLOOR: _jinja(longer),
            },
            rounds=3 if size > ROWS[1] else 7,
        )
        theirs, ours, floor = (
            statistics.median(times[name]) for name in (THEIRS, OURS, FLOOR)
        )
        shown.append(
            (str(size), f"{theirs:.1f}", f"{ours:.2f}", f"{floor:.2f}",
             f"{theirs / ours:.1f}")
        )  # fmt: skip
    table(
        ("rows", THEIRS, OURS, FLOOR, "x docxtpl"),
        shown,
        "a table of so many rows in the memo: CPU ms",
    )
