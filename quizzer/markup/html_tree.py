"""Foreign HTML as a tree that is bounded in size and depth, and always comes about.

Tags that nobody closed end with their parent, ends without a start are passed over, and what is deeper than
`MAX_DEPTH` stands in the deepest element that is allowed. Comments, and elements that show nothing or run
something, are left out with all that they hold. Every pattern is linear, or bounded where it looks ahead.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from quizzer.markup.clean import clean

MAX_LENGTH = 300_000
"""Characters of HTML that are read; a field of a card is far below."""

MAX_DEPTH = 60

_BLOCK_TAGS = """
address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
_HIDDEN_TAGS = """
applet canvas embed frame frameset head iframe link meta noembed noframes noscript object script select
style svg template textarea title xml
"""
# What such an element holds is text to its own end, whatever it looks like.
_RAW_TAGS = "iframe noembed noframes script style textarea title xmp"
BLOCKS = frozenset(_BLOCK_TAGS.split())
_VOID, _HIDDEN, _RAW = (frozenset(tags.split()) for tags in (_VOID_TAGS, _HIDDEN_TAGS, _RAW_TAGS))
# What ends an open element of the same kind.
_ENDS = {
    "li": ("li",),
    "tr": ("td", "th", "tr"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "p": ("p",),
    "dd": ("dd", "dt"),
    "dt": ("dd", "dt"),
    "rb": ("rb", "rp", "rt"),
    "rp": ("rb", "rp", "rt"),
    "rt": ("rb", "rp", "rt"),
}
_SCOPES = frozenset(("ul", "ol", "table", "dl", "blockquote", "div", "body", "ruby"))

_TOKEN = re.compile(
    r"""
      <!--(?:.*?-->|.*)                                                   # a comment, to the end if need be
    | <(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,40}+)
       (?P<attributes>(?:"[^"]{0,4000}+"|'[^']{0,4000}+'|[^"'<>]){0,4000}+)>
    | <[!?][^<>]{0,2000}+>                                                # a declaration
    | (?P<text>[^<]++|<)
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([A-Za-z_:][\w:.-]*+)\s*+(?:=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""")
_ENTITY = re.compile(r"&(?:#\d{1,9}+|#[xX][0-9a-fA-F]{1,8}+|[A-Za-z][A-Za-z0-9]{1,31}+);?+")


@dataclass(slots=True)
class Element:
    """An element; `has_block` says whether a block stands in it, at any depth."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    has_block: bool = False

    @property
    def is_block(self) -> bool:
        """Whether it starts on a line of its own."""
        return self.tag in BLOCKS


_DATA = re.compile(r"""(\bsrc\s{0,20}=\s{0,20}["']?data:)[^"'<>]*+""", re.IGNORECASE)


def without_data(html: str) -> str:
    """Return HTML without the bytes of images that stand in it; their tags stay."""
    return _DATA.sub(r"\1", html) if "data:" in html.lower() else html


def parse_html(source: str) -> Element:
    """Return the tree of cleaned HTML; entities are read, and cleaned in turn."""
    tree = _Tree()
    position = 0
    source = without_data(source)[:MAX_LENGTH]
    while match := _TOKEN.match(source, position):
        position = match.end()
        name = (match["name"] or "").lower()
        if match["text"] is not None:
            tree.add_text(read_entities(match["text"]))
        elif match["end"]:
            tree.end(name)
        elif name in _RAW:
            position = _raw_end(source, position, name)
        elif name:
            tree.start(name, match["attributes"])
    return tree.root


def read_entities(text: str) -> str:
    """Return the text with its entities read; nothing that the cleaner takes out comes in by them."""
    return _ENTITY.sub(lambda match: clean(html.unescape(match[0])), text) if "&" in text else text


def _raw_end(source: str, position: int, name: str) -> int:
    end = re.compile(rf"</{name}\b[^>]{{0,200}}>", re.IGNORECASE).search(source, position)
    return end.end() if end else len(source)


class _Tree:
    """A tree that is growing; `hidden` counts the open elements of which nothing is taken."""

    def __init__(self) -> None:
        self.root = Element("body")
        self._open = [self.root]
        self._hidden: list[str] = []

    def add_text(self, text: str) -> None:
        """Add text to the innermost open element."""
        if text and not self._hidden:
            self._open[-1].children.append(text)

    def start(self, name: str, attributes: str) -> None:
        """Open an element."""
        if self._hidden or name in _HIDDEN:
            if name not in _VOID and len(self._hidden) < MAX_DEPTH and not attributes.rstrip().endswith("/"):
                self._hidden.append(name)
            return
        for ended in _ENDS.get(name, ()):
            self._end_within(ended)
        element = Element(name, _attributes(attributes))
        if element.is_block:
            for each in reversed(self._open):
                if each.has_block:
                    break  # and so have those around it
                each.has_block = True
        self._open[-1].children.append(element)
        if name not in _VOID and len(self._open) <= MAX_DEPTH:
            self._open.append(element)

    def end(self, name: str) -> None:
        """Close the innermost open element of that name, with what is open in it."""
        if self._hidden:
            if name in self._hidden:
                del self._hidden[len(self._hidden) - 1 - self._hidden[::-1].index(name) :]
            return
        if name == "br":  # browsers show `</br>`, too
            self.start("br", "")
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == name:
                del self._open[depth:]
                return

    def _end_within(self, name: str) -> None:
        """Close `name` if it is open within the innermost list, table or the like."""
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == name:
                del self._open[depth:]
                return
            if self._open[depth].tag in _SCOPES:
                return


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(source):
        # Of attributes that handle events none is looked at; they go no further than this.
        found.setdefault(name.lower(), read_entities(next(filter(None, values), "")))
    return found
