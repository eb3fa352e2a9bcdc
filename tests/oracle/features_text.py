"""Templates, one for each feature of the dialect in running text, with their fields."""

from dataclasses import dataclass, field
from typing import Any

from mailroom.words.rich import Listing, Picture, RichText, Span
from tests.oracle.word import Word, paragraph, paragraphs, run, split

BOLD, RED, ITALIC = "<w:b/>", '<w:color w:val="FF0000"/>', "<w:i/>"
PAGE = '<w:r><w:br w:type="page"/></w:r>'


@dataclass(frozen=True)
class Case:
    """A template and what it is filled with."""

    word: Word
    fields: dict[str, Any] = field(default_factory=dict)


def text(*lines: str, **fields: object) -> Case:
    """Return a template of plain paragraphs."""
    return Case(Word(body=paragraphs(*lines)), fields)


def body(xml: str, **fields: object) -> Case:
    """Return a template with this body."""
    return Case(Word(body=xml), fields)


PEOPLE = [
    {"name": "Ada Lovelace", "role": "chair", "born": 1815},
    {"name": "王芳", "role": "处长", "born": 1978},
    {"name": "O'Neil & Sons <Ltd>", "role": "agent", "born": 0},
]

VARIABLES = {
    "a field": text("Dear {{ name }},", name="Ada"),
    "a field without spaces": text("{{name}}", name="Ada"),
    "a field named in Chinese": text("致{{ 姓名 }}：", 姓名="王芳"),
    "a member": text("{{ one.name }}, {{ one['role'] }}", one=PEOPLE[0]),
    "a place in a list": text("{{ all[1] }}, {{ all[0] }}", all=["b", "a"]),
    "several in one run": text("{{ a }}{{ b }}-{{ a }}", a="1", b="2"),
    "special characters": text("{{ a }}", a="<Smith & \"Co\"> 'x'"),
    "what looks like a tag": text("{{ a }}", a="{{ 7*7 }} {%p if %}"),
    "a number": text("{{ a }} {{ b }}", a=12, b=0),
    "spaces around": text("  {{ a }}  and   {{ a }} ", a="x"),
    "spaces in a value": text("[{{ a }}]", a="  a  b  "),
    "a string in a tag": text("{{ 'a b' }} {{ \"c\" }}"),
    "arithmetic": text("{{ a + 1 }} {{ a * 2 }} {{ a // 2 }} {{ a % 2 }}", a=7),
    "joined words": text("{{ a ~ '-' ~ b }}", a="x", b=3),
    "a choice": text("{{ 'yes' if a else 'no' }} {{ b or 'none' }}", a=1, b=""),
    "a comparison": text("{{ 'more' if a > 3 and a <= 9 else 'less' }}", a=7),
    "a slice": text("{{ a[1:3] }}", a="abcdef"),
    "a list written out": text("{% for x in ['p', 'q'] %}{{ x }}{% endfor %}"),
    "filters": text(
        "{{ a|upper }} {{ a|lower }} {{ a|title }} {{ a|capitalize }} {{ a|trim }}"
        " {{ a|length }} {{ b|join(', ') }} {{ b|first }} {{ b|last }}",
        a=" aB cd ",
        b=["x", "y", "z"],
    ),
    "more filters": text(
        "{{ a|round(1) }} {{ b|sort|join }} {{ b|sum }} {{ c|default('-') }}"
        " {{ d|replace('x', 'y') }} {{ b|max }} {{ b|min }}",
        a=2.25,
        b=[3, 1, 2],
        d="x-x",
    ),
    "a filter over members": text(
        "{{ all|map(attribute='name')|join('; ') }}", all=PEOPLE
    ),
    "escaped by hand, as docxtpl's manual says": text(
        "{{ a|e }} {{ a|escape }}", a="<A & B>"
    ),
    "a method of a text": text(
        "{{ a.upper() }} {{ a.replace('-', '+') }} {{ a.split('-')|join(' ') }}"
        " {{ 'y' if a.startswith('x') }}",
        a="x-y",
    ),
    "a number with its figures": text(
        "{{ '%.2f'|format(a) }} {{ '%05d' % b }} {{ '%d %%'|format(b) }}"
        " {{ '{:,}'.format(b) }} {{ '{:.1f}'.format(a) }}",
        a=2.345,
        b=1234,
    ),
    "the last of a list": text("{{ a[-1] }} {{ {'x': 1}['x'] }}", a=["p", "q"]),
    "tests": text(
        "{{ 1 if a is defined else 2 }}{{ 1 if b is defined else 2 }}"
        "{{ 1 if a is none else 2 }}{{ 1 if 3 is odd else 2 }}"
        "{{ 1 if 'x' in a else 2 }}{{ 1 if 'z' not in a else 2 }}",
        a="xy",
    ),
    "a value of several lines": text("{{ a }}", a="one\ntwo\n\nfour"),
    "a value with tabs": text("{{ a }}", a="one\ttwo"),
}

SPLIT = {
    "a tag in three runs": body(
        paragraph("Dear ", split("{{ na", "me", " }}"), ",", props=""), name="Ada"
    ),
    "a tag with each brace alone": body(
        paragraph(split("{", "{ name }", "}"), " and ", split("{", "%", " if a %}")
                  , "x", split("{% end", "if", " %", "}")), name="Ada", a=1,
    ),
    "two tags over shared runs": body(
        paragraph(split("{{ a }", "}{{ b", " }}{", "{ a }}")), a="1", b="2"
    ),
    "a tag that changes its look in the middle": body(
        paragraph("x ", run("{{ na", BOLD), run("me }}", ITALIC), run(" y", RED)),
        name="Ada",
    ),
    "a paragraph's tag in three runs": body(
        paragraph(split("{%p ", "if a", " %}"))
        + paragraph("kept")
        + paragraph(split("{%", "p endif %", "}")),
        a=1,
    ),
    "curly quotes in a tag": text("{{ a|default(“none”) }} {{ ‘b’ }}", b=1),
    "a tag in a look of its own": body(
        paragraph("a ", run("{{ a }}", BOLD + RED), " b"), a="x"
    ),
    "a tag in a run without spaces kept": body(
        paragraph("<w:r><w:t>Dear {{ a }}</w:t></w:r><w:r><w:t>, you</w:t></w:r>"),
        a=" x ",
    ),
    "a bookmark around a tag": body(
        paragraph(
            '<w:bookmarkStart w:id="3" w:name="here"/>', "{{ a }}",
            '<w:bookmarkEnd w:id="3"/>',
        ), a="x",
    ),
}  # fmt: skip

INLINE = {
    "a condition in a line": text("a{% if b %} and {{ b }}{% endif %}.", b="x"),
    "a condition that fails": text("a{% if b %} and {{ b }}{% endif %}.", b=""),
    "three arms in a line": text(
        "{% if a == 1 %}one{% elif a == 2 %}two{% else %}many{% endif %}", a=2
    ),
    "a loop in a line": text(
        "{% for x in xs %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}.",
        xs=["a", "b", "c"],
    ),
    "a loop within a loop in a line": text(
        "{% for x in xs %}{% for y in x %}{{ y }}{{ loop.index }} {% endfor %}/"
        "{% endfor %}",
        xs=[["a", "b"], ["c"]],
    ),
    "a condition over several runs": body(
        paragraph(
            "{% if a %}", run("bold ", BOLD), run("{{ a }}", RED), "{% else %}no",
            "{% endif %}", " end",
        ), a="x",
    ),
    "a condition over several paragraphs": text(
        "{% if a %}one", "two{% else %}three", "four{% endif %}", a=1
    ),
    "a name that is set": text("{% set a = b + 1 %}{{ a }}", b=1),
    "a namespace": text(
        "{% set ns = namespace(n=0) %}{% for x in xs %}{% set ns.n = ns.n + x %}"
        "{% endfor %}{{ ns.n }}",
        xs=[1, 2, 3],
    ),
    "a macro": text(
        "{% macro pair(a, b) %}{{ a }}: {{ b }};{% endmacro %}"
        "{{ pair('x', c) }}{{ pair('y', c) }}",
        c=3,
    ),
    "a with": text("{% with x = a %}{{ x }}{% endwith %}", a="1"),
    "a comment": text("a{# nobody reads this #}b"),
    "a comment in three runs": body(paragraph("a", split("{# no", "body", " #}"), "b")),
    "braces that are words": text("{_{ a }_} {_% if %_}"),
    "a line joined to the one before": text("a", "{%- if b %} b{% endif %}", b=1),
    "a line joined to the one after": text("a{% if b -%}", "b{% endif %}", b=1),
}  # fmt: skip

BLOCKS = {
    "paragraphs kept": text("{%p if a %}", "x", "y", "{%p endif %}", "z", a=1),
    "paragraphs left out": text("{%p if a %}", "x", "y", "{%p endif %}", "z", a=0),
    "three arms": text(
        "{%p if a == 1 %}", "one", "{%p elif a == 2 %}", "two", "{%p else %}", "many",
        "{%p endif %}", a=2,
    ),
    "a loop": text("{%p for x in xs %}", "- {{ x }}", "{%p endfor %}", xs=["a", "b"]),
    "a loop over nothing": text("a", "{%p for x in xs %}", "x", "{%p endfor %}", xs=[]),
    "a loop with another arm": text(
        "{%p for x in xs %}", "x", "{%p else %}", "none", "{%p endfor %}", xs=[]
    ),
    "a loop that chooses": text(
        "{%p for x in xs if x.born > 1900 %}", "{{ x.name }}", "{%p endfor %}",
        xs=PEOPLE,
    ),
    "a loop over pairs": text(
        "{%p for a, b in xs %}", "{{ a }}={{ b }}", "{%p endfor %}",
        xs=[("x", 1), ("y", 2)],
    ),
    "a loop over a mapping": text(
        "{%p for k, v in m.items() %}", "{{ k }}={{ v }}", "{%p endfor %}",
        m={"x": 1, "y": 2},
    ),
    "what a loop knows": text(
        "{%p for x in xs %}",
        "{{ loop.index }} {{ loop.index0 }} {{ loop.revindex }} {{ loop.length }}"
        " {% if loop.first %}first{% endif %}{% if loop.last %}last{% endif %}"
        " {{ loop.cycle('odd', 'even') }}",
        "{%p endfor %}",
        xs=["a", "b", "c"],
    ),
    "loops within loops": text(
        "{%p for x in xs %}", "{{ x.name }}", "{%p for y in x.held %}",
        "{%p if y != 'no' %}", "{{ loop.index }}. {{ y }} of {{ x.name }}",
        "{%p endif %}", "{%p endfor %}", "{%p endfor %}",
        xs=[{"name": "A", "held": ["p", "no", "q"]}, {"name": "B", "held": []}],
    ),
    "a loop over a range": text(
        "{%p for x in range(3) %}", "{{ x }}", "{%p endfor %}"
    ),
    "a name set in a paragraph of its own": text("{%p set a = b %}", "{{ a }}", b="x"),
    "a comment in a paragraph of its own": text("a", "{#p nobody #}", "b"),
    "numbered paragraphs in a loop": body(
        paragraph("{%p for x in xs %}")
        + paragraph(
            "{{ x }}",
            props='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>',
        )
        + paragraph("{%p endfor %}"),
        xs=["a", "b"],
    ),
    "blocks one after another": text(
        "{%p if a %}", "1", "{%p endif %}", "{%p if not a %}", "2", "{%p endif %}",
        "{%p for x in xs %}", "{%p if x %}", "{{ x }}", "{%p endif %}",
        "{%p endfor %}", a=1, xs=["p", "", "q"],
    ),
    "a paragraph's looks are kept": body(
        paragraph("{%p for x in xs %}", props='<w:jc w:val="right"/>')
        + paragraph(run("{{ x }}", BOLD), props='<w:jc w:val="center"/>')
        + paragraph("{%p endfor %}"),
        xs=["a", "b"],
    ),
    "a page break in a loop": body(
        paragraph("{%p for x in xs %}")
        + paragraph("{{ x }}")
        + paragraph("{% if not loop.last %}", PAGE, "{% endif %}")
        + paragraph("{%p endfor %}"),
        xs=["a", "b"],
    ),
}  # fmt: skip

# The smallest PNG there is, a white dot; 72 dots an inch.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f0001010100"
    "1bb6ee560000000049454e44ae426082"
)

RICH = {
    "a condition over runs of their own": body(
        paragraph("a ", "{%r if b %}", run("bold", BOLD), "{%r endif %}", " c"), b=1
    ),
    "rich text": body(
        paragraph("a ", "{{r b }}", " c"),
        b=RichText(
            Span("one ", bold=True),
            Span("two & <three> ", italic=True, color="FF0000"),
            Span("four ", underline=True, size=14),
            Span("2", superscript=True),
            Span("3", subscript=True),
            Span(" gone", strike=True),
        ),
    ),
    "rich text in another font": body(
        paragraph("{{r b }}"), b=RichText(Span("Arial", font="Arial"))
    ),
    "rich text between words of its run": body(
        paragraph("a {{r b }} c"), b=RichText(Span("x", bold=True))
    ),
    "rich text of several lines": body(
        paragraph("{{r b }}"),
        b=RichText(Span("one\ntwo\tthree", bold=True), Span("\n<four>")),
    ),
    "a listing": body(
        paragraph("a ", run("{{ b }}", BOLD), " c", props='<w:jc w:val="center"/>'),
        b=Listing("one\ntwo\tthree & <four>\afive\fsix"),
    ),
    "a picture of its own size": body(
        paragraph("a {{ b }} c"), b=Picture(DOT)
    ),
    "a picture of a width": body(
        paragraph("a {{ b }} c"), b=Picture(DOT, 20.0)
    ),
    "a picture of a width and height": body(
        paragraph("{{ b }}"), b=Picture(DOT, 20.0, 10.0)
    ),
    "pictures in a loop": text(
        "{%p for x in xs %}", "{{ x }}", "{%p endfor %}",
        xs=[Picture(DOT, 20.0, 10.0), Picture(DOT, 5.0, 5.0)],
    ),
}  # fmt: skip

TEXT = VARIABLES | SPLIT | INLINE | BLOCKS | RICH
