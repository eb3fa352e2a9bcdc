"""A hostile letter in its frame, and files to be saved: nothing runs, nothing leaks."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from lxml import html as markup

from mailroom.message.parse import parse
from mailroom.web.letter import (
    FILE_POLICY,
    FRAME_POLICY,
    clean,
    download_headers,
    links,
)
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice, letter

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
# What may stand in a cleaned letter; whatever is not here is gone.
SAFE_TAGS = frozenset(
    (
        *("abbr", "acronym", "area", "article", "aside", "b", "bdi", "bdo"),
        *("blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup"),
        *("data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em"),
        *("figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "header", "hgroup", "hr", "i", "img", "ins", "kbd", "li", "map"),
        *("mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "rtc", "ruby", "s"),
        *("samp", "small", "span", "strike", "strong", "sub", "summary", "sup"),
        *("table", "tbody", "td", "th", "thead", "time", "tr", "tt", "u", "ul"),
        *("var", "wbr", "html", "body"),
    )
)


def cleaned(page: str, *files: tuple[str, str, bytes]) -> tuple[str, int]:
    mail = EmailMessage()
    mail["From"] = "x@evil.example"
    mail["To"] = "office@hengyuan.example"
    mail.set_content("text")
    mail.add_alternative(page, subtype="html")
    part = list(mail.iter_parts())[1]
    assert isinstance(part, EmailMessage)
    for cid, kind, content in files:
        main, sub = kind.split("/")
        part.add_related(content, main, sub, cid=f"<{cid}>")
    return clean(parse(mail.as_bytes()))


class Reader(HTMLParser):
    """Collects tags and attributes as a browser's first step sees them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def must_be_harmless(page: str) -> None:
    """Read what is left as two parsers read it; neither finds a thing that acts."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    tree = markup.document_fromstring(f"<html><body>{page}</body></html>")
    tags = {str(one.tag).lower() for one in tree.iter("*")}
    assert tags <= SAFE_TAGS, tags - SAFE_TAGS
    assert set(reader.tags) <= SAFE_TAGS, set(reader.tags) - SAFE_TAGS
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"href", "srcset", "background", "action", "formaction",
                            "poster", "ping", "xlink:href", "srcdoc", "http-equiv",
                            "id", "name", "class"}, (tag, name)  # fmt: skip
        if name == "src":
            assert re.match(r"data:image/(png|jpeg|gif);base64,", value), value[:40]
        if name == "style":
            assert not re.search(r"(?i)url|expression|import|behavior|binding|@", value)
    assert "<!--" not in page
    assert "<![CDATA" not in page


SAMPLES = {
    "script": "<script>alert(1)</script>",
    "script with rubbish": "<scr<script>ipt>alert(1)</script>",
    "script in capitals": "<SCRIPT/XSS SRC=//evil.example/x.js></SCRIPT>",
    "handlers": (
        "<p onclick=alert(1) onmouseover='x' oNlOaD=x>a</p><body onload=alert(1)>"
    ),
    "a handler after a slash": "<img/src='x'/onerror=alert(1)>",
    "a handler in a broken attribute": '<img src="x` `<script>alert(1)</script>"` `>',
    "CSS url": '<p style="background:url(https://evil.example/x)">a</p>',
    "CSS url with escapes": '<p style="background:\\75\\72\\6c(//evil.example)">a</p>',
    "CSS expression": '<p style="width:expression(alert(1))">a</p>',
    "CSS in a colour": (
        '<p style="color:red;background-color:url(//evil.example/)">a</p>'
    ),
    "CSS cursor and list": (
        '<p style="cursor:url(//evil.example),auto;list-style:url(x)">'
    ),
    "CSS over the page": '<p style="position:fixed;top:0;z-index:9">a</p>',
    "style sheet": (
        "<style>@import url(//evil.example/x.css);p{background:url(x)}</style>"
    ),
    "linked sheet": "<link rel=stylesheet href=//evil.example/x.css>",
    "prefetch": "<link rel=dns-prefetch href=//evil.example>",
    "form": (
        "<form action=//evil.example><input name=password><button>x</button></form>"
    ),
    "form action": "<button formaction=javascript:alert(1)>x</button>",
    "frames": "<iframe src=//evil.example></iframe><frameset><frame src=x></frameset>",
    "srcdoc": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "SVG": (
        "<svg onload=alert(1)><image href=//evil.example/x /><script>1</script></svg>"
    ),
    "SVG use": "<svg><use href='data:image/svg+xml,<svg/>#x'/></svg>",
    "SVG animation": "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "math": "<math href=javascript:alert(1)><mtext>x</mtext></math>",
    "meta refresh": '<meta http-equiv=refresh content="0;url=//evil.example">',
    "base": "<base href=//evil.example/>",
    "object": "<object data=//evil.example/x.swf></object><embed src=x><applet code=x>",
    "media": (
        "<video src=//evil.example poster=//evil.example><audio src=x><source src=x>"
    ),
    "javascript link": (
        "<a href=javascript:alert(1)>a</a><a href='java\tscript:x'>b</a>"
    ),
    "data link": "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "vbscript": "<a href=vbscript:x>a</a>",
    "image map": "<map name=m><area href=//evil.example></map><img usemap=#m src=x>",
    "background": "<table background=//evil.example/x><td background=//evil.example/y>",
    "srcset": "<img srcset='//evil.example/x 2x' src=x>",
    "import": "<link rel=import href=//evil.example>",
    "template": "<template><script>alert(1)</script></template>",
    "noscript": (
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>'
    ),
    "comment": "<!--><img src=x onerror=alert(1)>--><!-- --!><img src=x onerror=a>-->",
    "conditional comment": "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "CDATA": "<![CDATA[<script>alert(1)</script>]]>",
    "processing instruction": "<?xml-stylesheet href=x?><? foo=><script>1</script>?>",
    "mXSS style in math": (
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
    ),
    "mXSS svg style": "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "mXSS annotation": (
        "<math><annotation-xml encoding='text/html'><style><img src=x onerror=a>"
        "</style></annotation-xml></math>"
    ),
    "mXSS foreign object": (
        "<svg><foreignObject><p><title><a id='</title><img src=x onerror=alert(1)>'>"
    ),
    "mXSS nested forms": (
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=a>"
    ),
    "mXSS textarea": "<textarea><p id='</textarea><img src=x onerror=alert(1)>'>",
    "mXSS xmp": "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "mXSS select": "<select><template><style><!--</style><a rel='--><img onerror=a>'>",
    "mXSS plaintext": "<plaintext><img src=x onerror=alert(1)>",
    "deep": "<div>" * 3000 + "<img src=x onerror=alert(1)>",
    "attribute breaks": (
        "<p title='\"><script>alert(1)</script>' lang='\"onclick=x'>a</p>"
    ),
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;<a href=&#106;avascript:x>a</a>",
    "null": "<scr\x00ipt>alert(1)</scr\x00ipt><img src=x on\x00error=alert(1)>",
    "clobbering": "<img name=cookie id=location src=x><p class=strip>a</p>",
    "font": "<font face='\"><script>1</script>' color='expression(1)'>a</font>",
    "custom": "<x-evil onfocus=alert(1) tabindex=1 contenteditable>a</x-evil>",
    "dialog": "<dialog open><details open ontoggle=alert(1)>a</details></dialog>",
    "marquee": "<marquee onstart=alert(1)>a</marquee><blink>b</blink>",
    "isindex": "<isindex action=javascript:alert(1) type=image>",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_nothing_that_acts_is_left_of_a_letter(sample: str) -> None:
    left, _ = cleaned(f"<p>before</p>{sample}<p>after</p>")

    must_be_harmless(left)
    again, _ = cleaned(left)
    must_be_harmless(again)


def test_pictures_from_elsewhere_are_counted_and_never_asked_for() -> None:
    left, blocked = cleaned(
        '<img src="https://evil.example/p.gif?id=7" width=1 height=1>'
        "<img src=//evil.example/x><img src='data:image/png;base64,AAAA'>"
        "<img src=cid:no>"
        "<p>words</p>"
    )

    assert blocked == 4
    assert "evil.example" not in left
    assert "words" in left


def test_a_picture_that_came_along_is_shown_as_what_it_is() -> None:
    left, blocked = cleaned("<img src='cid:logo'>", ("logo", "image/png", PNG))

    assert blocked == 0
    assert 'src="data:image/png;base64,' in left
    must_be_harmless(left)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("image/svg+xml", SVG), ("image/png", SVG), ("image/png", b"<script>1</script>")],
)
def test_a_picture_that_is_none_is_not_shown(kind: str, content: bytes) -> None:
    left, blocked = cleaned("<img src='cid:logo'>", ("logo", kind, content))

    assert blocked == 1
    assert "data:" not in left


def test_colours_and_measures_stay() -> None:
    left, _ = cleaned(
        '<p style="color:#123; background-color: rgb(1, 2, 3);width:50%;'
        "font-family:'微软雅黑',Arial\">a</p>"
    )

    for kept in ("color:#123", "rgb(1, 2, 3)", "width:50%", "微软雅黑"):
        assert kept in left


def test_where_links_really_lead_is_told_and_they_lead_nowhere() -> None:
    page = '<a href="https://evil.example/x">https://bank.example/</a>'
    mail = EmailMessage()
    mail["From"] = "x@evil.example"
    mail.set_content(page, subtype="html")
    message = parse(mail.as_bytes())

    left, _ = clean(message)

    assert links(message) == ("https://evil.example/x",)
    assert "evil.example" not in left
    assert "href" not in left


# ── headers ──────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path_factory.mktemp("office"))
    yield small
    small.close()


NAMES = [
    "evil\r\nSet-Cookie: mailroom=planted.html",
    'a"; filename="b.html',
    "contract\u202efdp.exe",
    "\u2066\u2067x\u2069.pdf",
    "../../etc/passwd",
    "x" * 5000 + ".pdf",
    "合同（第三版）.docx",
    "\x00\x1b[31m.txt",
    "a;b=c%0d%0aX: y",
    "",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_name_of_a_download_is_one_line_and_quoted(name: str) -> None:
    headers = download_headers(name)

    said = headers["content-disposition"]
    assert said.isascii()
    assert said.isprintable()
    assert re.fullmatch(
        r"attachment; filename=\"[A-Za-z0-9._-]+\"; filename\*=UTF-8''"
        r"[A-Za-z0-9._~%-]*",
        said,
    )
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-security-policy"] == FILE_POLICY


def with_files() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Wang Li <wangli@client.example>"
    mail["To"] = "office@hengyuan.example"
    mail["Subject"] = "Heating on level 4 stuck at 27 degrees"
    mail["Message-ID"] = "<files@client.example>"
    mail.set_content("Level 4 north has been 27C since Friday.")
    mail.add_alternative("<p>Level 4</p><script>alert(1)</script>", subtype="html")
    for name in ("page.html", "picture.svg", "a\u202egpj.txt"):
        mail.add_attachment(
            SVG + b"<script>alert(1)</script>", "text", "html", filename=name
        )
    return mail.as_bytes()


def test_a_file_of_theirs_is_saved_and_never_shown(office: SmallOffice) -> None:
    (row,) = office.sort(with_files())
    xu = Visitor(office, "xu-files", person="徐婷")

    for place in range(3):
        answer = xu.get(f"/messages/{row.id}/files/{place}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == FILE_POLICY
        assert "\u202e" not in answer.headers["content-disposition"]
        assert "%E2%80%AE" not in answer.headers["content-disposition"]
    assert xu.get(f"/messages/{row.id}/files/3").status_code == 404


def test_the_frame_has_a_policy_of_its_own_wherever_it_is_opened(
    office: SmallOffice,
) -> None:
    (row,) = office.sort(with_files().replace(b"files@client", b"frame@client"))
    xu = Visitor(office, "xu-frame", person="徐婷")

    answer = xu.get(f"/messages/{row.id}/frame")

    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy == FRAME_POLICY
    assert policy.split("; ")[:2] == ["sandbox", "default-src 'none'"]
    for forbidden in (
        "allow-scripts",
        "allow-same-origin",
        "http:",
        "https:",
        "'self';",
    ):
        assert forbidden not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    page = xu.get(f"/messages/{row.id}").text
    assert re.search(r"<iframe[^>]* sandbox[ >]", page)
    assert "allow-" not in page


def test_a_frame_of_a_letter_without_html_is_empty_and_safe(
    office: SmallOffice,
) -> None:
    (row,) = office.sort(letter("Heating stuck", "<script>alert(1)</script> level 4"))
    xu = Visitor(office, "xu-plain", person="徐婷")

    answer = xu.get(f"/messages/{row.id}/frame")

    assert "<script" not in answer.text
