"""Questions that Sieve and our rules answer alike, and the few that they do not."""

from dataclasses import dataclass

HEADERS = (
    b"From: Tim Howes <Tim@ESISOFT.example>\r\n"
    b'To: roadrunner@acme.example, "Coyote, Wile E." <wile@sub.acme.example>\r\n'
    b"Cc: (a comment) carbon@copy.example (another)\r\n"
    b"Reply-To: desk+box@acme.example\r\n"
    b"Subject:   I have a present for you \r\n"
    b"Date: Wed, 4 Mar 2026 09:00:00 +0000\r\n"
    b"Message-ID: <1@esisoft.example>\r\n"
    b"X-Caffeine: C8H10N4O2\r\n"
    b"X-Folded: first\r\n second\r\n"
    b"X-Twice: one\r\n"
    b"X-Twice: two\r\n"
    b"X-Stars: 100*\r\n"
    b"X-Present: gift\r\n"
    b"X-Words: =?utf-8?B?5oql6ZSA5Y2V?= =?utf-8?Q?=28=E4=B8=89=29?=\r\n"
    b"X-Empty:\r\n"
    b"X-Umlaut: =?utf-8?Q?=C3=84RGER?=\r\n"
    b"\r\n"
)
SIZE = 4096  # bytes of the whole message
MESSAGE = HEADERS + b"x" * (SIZE - len(HEADERS) - 2) + b"\r\n"


@dataclass(frozen=True)
class Case:
    """One question in both languages; `same`: they must answer alike."""

    sieve: str
    ours: str
    holds: bool  # our answer
    same: bool = True


def _header(operator: str, words: str, header: str, value: str, *, holds: bool) -> Case:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return Case(
        f'header {operator} "{header}" "{quoted}"',
        f"header: {{{header}: {{{words}: '{value}'}}}}",
        holds,
    )


def _address(part: str, field: str, value: str, *, holds: bool) -> Case:
    ours = {
        ":all": f"address: {value}",
        ":localpart": f"local: {value}",
        ":domain": f"domain: {{is: {value}}}",
    }
    return Case(
        f'address {part} :is "{field}" "{value}"',
        f"{field.replace('-', '_')}: {{{ours[part]}}}",
        holds,
    )


IS, CONTAINS, GLOB = (":is", "is"), (":contains", "contains"), (":matches", "glob")

CASES = (
    # 2.7.1: match types
    _header(*IS, "X-Caffeine", "C8H10N4O2", holds=True),
    _header(*IS, "X-Caffeine", "C8H10N4", holds=False),
    _header(*CONTAINS, "X-Caffeine", "10N", holds=True),
    _header(*CONTAINS, "X-Caffeine", "N10", holds=False),
    _header(*GLOB, "X-Caffeine", "C?H*O2", holds=True),
    _header(*GLOB, "X-Caffeine", "C?H*O", holds=False),
    _header(*GLOB, "X-Caffeine", "*", holds=True),
    _header(*GLOB, "X-Caffeine", "?8*", holds=True),
    _header(*GLOB, "X-Caffeine", "??????????", holds=False),
    _header(*GLOB, "X-Stars", r"100\*", holds=True),
    _header(*GLOB, "X-Caffeine", r"C8\*", holds=False),
    _header(*GLOB, "Subject", "*present*you", holds=True),
    _header(*GLOB, "Subject", "*present", holds=False),
    # 2.7.3: letters large and small are one
    _header(*IS, "x-caffeine", "c8h10n4o2", holds=True),
    _header(*CONTAINS, "SUBJECT", "PRESENT", holds=True),
    # 2.7.2: encoded words are read first; a wildcard stands for a character, not a byte
    _header(*CONTAINS, "X-Words", "报销单", holds=True),
    _header(*GLOB, "X-Words", "报?单*", holds=True),
    _header(*IS, "X-Words", "报销单(三)", holds=True),
    # 5.7: white space at the ends is no part of a header, a folded line is one
    _header(*IS, "Subject", "I have a present for you", holds=True),
    _header(*IS, "X-Folded", "first second", holds=True),
    # any value of a header is enough, a header that is not there has none
    _header(*IS, "X-Twice", "two", holds=True),
    _header(*IS, "X-Twice", "one two", holds=False),
    _header(*CONTAINS, "X-Absent", "a", holds=False),
    _header(*GLOB, "X-Absent", "*", holds=False),
    _header(*GLOB, "X-Empty", "*", holds=True),
    _header(*GLOB, "X-Empty", "?*", holds=False),
    # a list of words is OR
    Case(
        'header :contains "Subject" ["bribe", "present"]',
        "header: {Subject: {contains: [bribe, present]}}",
        holds=True,
    ),
    Case(
        'header :is ["X-Absent", "X-Twice"] ["nine", "one"]',
        "any: [{header: {X-Absent: {is: [nine, one]}}},"
        " {header: {X-Twice: {is: [nine, one]}}}]",
        holds=True,
    ),
    # 5.1: parts of an address, never its display name
    _address(":all", "from", "tim@esisoft.example", holds=True),
    _address(":all", "from", "im@esisoft.example", holds=False),
    _address(":localpart", "from", "TIM", holds=True),
    _address(":localpart", "from", "Tim Howes", holds=False),
    _address(":domain", "from", "esisoft.example", holds=True),
    _address(":domain", "to", "sub.acme.example", holds=True),
    _address(":domain", "to", "me.example", holds=False),
    _address(":all", "to", "wile@sub.acme.example", holds=True),
    _address(":all", "cc", "carbon@copy.example", holds=True),
    _address(":localpart", "reply-to", "desk+box", holds=True),
    _address(":localpart", "reply-to", "desk", holds=False),
    Case(
        'address :domain :contains "to" "acme"',
        "to: {domain: {contains: acme}}",
        holds=True,
    ),
    Case(
        'address :all :contains "to" "coyote"',
        "to: {address: {contains: coyote}}",
        holds=False,
    ),
    Case(
        'address :all :matches "from" "*@esi????.example"',
        "from: {address: {glob: '*@esi????.example'}}",
        holds=True,
    ),
    # 5.5: exists wants every header of its list
    Case('exists "X-Caffeine"', "header_exists: X-Caffeine", holds=True),
    Case('exists "X-Empty"', "header_exists: x-empty", holds=True),
    Case('exists "X-Absent"', "header_exists: X-Absent", holds=False),
    Case(
        'exists ["From", "X-Absent"]',
        "all: [{header_exists: From}, {header_exists: X-Absent}]",
        holds=False,
    ),
    Case(
        'exists ["From", "X-Twice"]',
        "all: [{header_exists: From}, {header_exists: X-Twice}]",
        holds=True,
    ),
    # 5.9: a size at the bound is neither over nor under it
    Case("size :over 4K", "size: {over: 4K}", holds=False),
    Case("size :under 4K", "size: {under: 4K}", holds=False),
    Case("size :over 4095", "size: {over: 4095}", holds=True),
    Case("size :under 4097", "size: {under: 4097}", holds=True),
    Case("size :over 1M", "size: {over: 1M}", holds=False),
    # 5.2, 5.3, 5.6, 5.8, 5.10: and, or, false, not, true
    Case(
        'allof (exists "From", header :is "X-Twice" "one")',
        "{header_exists: From, header: {X-Twice: {is: one}}}",
        holds=True,
    ),
    Case(
        'allof (exists "From", header :is "X-Twice" "three")',
        "all: [{header_exists: From}, {header: {X-Twice: {is: three}}}]",
        holds=False,
    ),
    Case(
        'anyof (exists "X-Absent", header :is "X-Twice" "two")',
        "any: [{header_exists: X-Absent}, {header: {X-Twice: {is: two}}}]",
        holds=True,
    ),
    Case(
        'anyof (exists "X-Absent", false)',
        "any: [{header_exists: X-Absent}, {none: always}]",
        holds=False,
    ),
    Case("true", "always", holds=True),
    Case("not true", "none: always", holds=False),
    Case(
        'not header :contains "Subject" "bribe"',
        "none: [{header: {Subject: {contains: bribe}}}]",
        holds=True,
    ),
    # the well-known trap: a header that is not there does not contain anything
    Case(
        'not header :contains "X-Absent" "a"',
        "none: [{header: {X-Absent: {contains: a}}}]",
        holds=True,
    ),
    Case(
        'allof (exists "X-Absent", not header :contains "X-Absent" "a")',
        "{header_exists: X-Absent, none: [{header: {X-Absent: {contains: a}}}]}",
        holds=False,
    ),
    Case(
        'not anyof (exists "X-Absent", exists "X-Twice")',
        "none: [{header_exists: X-Absent}, {header_exists: X-Twice}]",
        holds=False,
    ),
    Case(
        'not allof (exists "X-Absent", exists "X-Twice")',
        "none: [{all: [{header_exists: X-Absent}, {header_exists: X-Twice}]}]",
        holds=True,
    ),
    Case(
        'anyof (not header :contains "Subject" "present", not exists "From")',
        "any: [{none: [{header: {Subject: {contains: present}}}]},"
        " {none: [{header_exists: From}]}]",
        holds=False,
    ),
    # where ours goes further, on purpose
    Case(
        'header :is "X-Umlaut" "ärger"', "header: {X-Umlaut: {is: ärger}}",
        holds=True, same=False,
    ),  # Sieve folds A to Z alone
    Case(
        'header :contains "X-Words" "報銷單"', "header: {X-Words: {contains: 報銷單}}",
        holds=True, same=False,
    ),  # traditional characters
    Case(
        'header :contains "Subject" "ｇｉｆｔ"', "header: {X-Present: ｇｉｆｔ}",
        holds=True, same=False,
    ),  # full width
)  # fmt: skip
