"""Finding cards in Markdown as people write it.

- `Q: ...` and `A: ...` (also `Q.`, and in bold), each of any number of lines; `C: ...` with `[answers]`
- `question::answer` and `question:::answer` (both directions) on a line
- lines, a line `?` (or `??` for both directions), and lines, up to a blank one
- `==highlighted==` answers in a paragraph, where that is asked for

The latter three are those of Obsidian's plugin "Spaced Repetition", by its manual. Nothing is read in code
or math.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quizzer.core.counted import counted
from quizzer.core.placement import Placement
from quizzer.exchange.draft import has_deletions
from quizzer.exchange.markdown_files.card_lines import (
    deck_of_tag,
    is_comment,
    split_tags,
    take_comments,
    without_line_marks,
)
from quizzer.exchange.markdown_files.deletions import (
    Converter,
    brackets_to_cloze,
    has_highlight,
    has_marks,
    highlights_to_cloze,
)
from quizzer.exchange.markdown_files.letters import Letters, rest_of
from quizzer.exchange.markdown_files.protected import Protected, fenced_lines
from quizzer.markup.clean import clean_line

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<title>.*?))?[ \t]*#*[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_SINGLE = re.compile(":::?")
_SEPARATORS = {"?": False, "??": True}
_EXPECTED = "expected both"
_TAKEN_IN = (
    "{} 'question::answer' taken for text of the card above, which goes on up to the next one or a heading: "
    "write a rule (---) between them if these are cards"
)
_MIXED = "brackets beside {{c1::...}} stay text, expected one of both in a card: write all answers in one way"
_NO_DELETION = (
    "a cloze that hides nothing, expected C: text with [an answer] in it: "
    "put brackets around what is to be recalled"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A card as it stands in a file: question and answer, or a cloze; `fault` is what is wrong with it.

    `deck` is what tags and headings say, None for nothing. `placements` are those of the faces in their
    order, None where there is a schedule that cannot be read. `remark` is what else the learner should know.
    """

    line: int
    question: str = ""
    answer: str = ""
    cloze: str = ""
    reverse: bool = False
    key: str = ""
    tags: tuple[str, ...] = ()
    deck: tuple[str, ...] | None = None
    placements: tuple[Placement | None, ...] | None = ()
    fault: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is read besides: headings as decks, highlights as clozes; `deck_tag` is the tag of decks."""

    headings: bool = False
    highlights: bool = False
    deck_tag: str = "flashcards"


def find_cards(lines: Sequence[str], first: int, dialect: Dialect) -> Iterator[Found]:
    """Yield the cards of a file from the line `first` (from 0) on."""
    return _Finder(lines, dialect).find(first)


class _Finder:
    """A file while cards are found in it; lines are counted from 0."""

    def __init__(self, lines: Sequence[str], dialect: Dialect) -> None:
        self._lines = lines
        self._dialect = dialect
        self._fenced = fenced_lines(lines)
        self._letters = Letters(lines, self._fenced, self._is_structure)
        self._titles: list[tuple[int, str]] = []
        self._tag_deck: tuple[str, ...] | None = None

    def find(self, first: int) -> Iterator[Found]:
        """Yield the cards from the line `first` on."""
        at = paragraph = first
        while at < len(self._lines):
            if self._ends_paragraph(at):
                yield from self._marked(paragraph, at)
                self._enter(at)
                at = paragraph = self._behind_comment(at)
            elif (card := self._card(at, paragraph)) is not None:
                found, at = card
                yield from self._marked(paragraph, found.line - 1)
                yield found
                paragraph = at
            else:
                at += 1
        yield from self._marked(paragraph, at)

    def _ends_paragraph(self, at: int) -> bool:
        line = self._lines[at]
        return not self._fenced[at] and (not line.strip() or self._is_structure(at) or _opens_comment(line))

    def _is_structure(self, at: int) -> bool:
        """Say whether the line is a heading, a rule or nothing but tags."""
        line = self._lines[at]
        if self._fenced[at]:
            return False
        tags, rest = split_tags(line)
        return bool((tags and not rest) or _HEADING.match(line) or _RULE.match(line))

    def _enter(self, at: int) -> None:
        """Take the deck that a line of tags or a heading opens."""
        line = self._lines[at]
        tags, rest = split_tags(line)
        if tags and not rest:
            deck = deck_of_tag(tags, self._dialect.deck_tag)
            self._tag_deck = self._tag_deck if deck is None else deck
        elif match := _HEADING.match(line):
            level, title = len(match["marks"]), clean_line(match["title"] or "")
            self._titles = [each for each in self._titles if each[0] < level]
            if title:
                self._titles.append((level, title))

    def _behind_comment(self, at: int) -> int:
        """Return the line behind `at`, or behind the comment that opens there."""
        if not _opens_comment(self._lines[at]):
            return at + 1
        return next((i + 1 for i in range(at, len(self._lines)) if "-->" in self._lines[i]), len(self._lines))

    def _card(self, at: int, paragraph: int) -> tuple[Found, int] | None:
        """Return the card that the line begins or decides, and the line behind it."""
        if self._fenced[at]:
            return None
        line = self._lines[at]
        if start := self._letters.any_at(at):
            if start["letter"] == "Q":
                return self._question(at, start)
            if start["colon"] == ":":
                return self._cloze(at, start) if start["letter"] == "C" else (_lost_answer(at), at + 1)
        if line.strip() in _SEPARATORS:
            return self._on_lines(at, paragraph)
        return self._on_line(at)

    def _question(self, at: int, start: re.Match[str]) -> tuple[Found, int]:
        """Read `Q:` and the `A:` that belongs to it."""
        middle = self._letters.block_end(at + 1, start["colon"])
        answer = self._letters.at(middle, start["colon"])
        if answer is None or answer["letter"] != "A":
            return Found(at + 1, fault=f"a question without an answer, {_EXPECTED}: write its answer"), middle
        end = self._letters.block_end(middle + 1, start["colon"])
        second = self._letters.at(end, start["colon"])
        if second is not None and second["letter"] == "A":
            end = self._letters.block_end(end + 1, start["colon"])
            return Found(at + 1, fault=f"a question with two answers, {_EXPECTED}: make them one"), end
        asked = [rest_of(self._lines[at], start), *self._lines[at + 1 : middle]]
        told = [rest_of(self._lines[middle], answer), *self._lines[middle + 1 : end]]
        found = self._pair(at, asked, told, (at, middle), is_reverse=False)
        return replace(found, remark=self._taken_in(at, end)), end

    def _cloze(self, at: int, start: re.Match[str]) -> tuple[Found, int]:
        end = self._letters.block_end(at + 1, ":")
        lines = [rest_of(self._lines[at], start), *self._lines[at + 1 : end]]
        found = self._cloze_of(at, lines, (at, end), brackets_to_cloze)
        text = "\n".join(lines)
        is_mixed = has_deletions(text) and brackets_to_cloze(text) != text
        return replace(found, remark=self._taken_in(at, end) or (_MIXED if is_mixed else "")), end

    def _taken_in(self, start: int, end: int) -> str:
        """Return a remark on paragraphs of a card whose lines could be cards themselves; "" without."""
        count, is_first = 0, False
        for at in range(start, end):
            is_card = is_first and not self._fenced[at] and self._on_line(at) is not None
            count += is_card
            is_first = is_card or not self._lines[at].strip()
        return _TAKEN_IN.format(f"{counted(count, 'line')} of the kind") if count else ""

    def _on_lines(self, at: int, paragraph: int) -> tuple[Found, int]:
        """Read the lines around a line `?` or `??`."""
        end = at + 1
        while end < len(self._lines) and (self._fenced[end] or self._lines[end].strip()):
            end += 1
        asked, told = self._lines[paragraph:at], self._lines[at + 1 : end]
        is_reverse = _SEPARATORS[self._lines[at].strip()]
        return self._pair(paragraph, asked, told, (paragraph, at + 1), is_reverse=is_reverse), end

    def _on_line(self, at: int) -> tuple[Found, int] | None:
        """Read `question::answer`, None where the line is no such."""
        line = self._lines[at]
        if "::" not in line or has_deletions(line) or line.lstrip().startswith(("|", "::")):
            return None
        protected = Protected(line)
        places = [match for match in _SINGLE.finditer(line) if match.start() not in protected]
        place = next((match for match in places if len(match[0]) == 3), places[0] if places else None)
        if place is None:
            return None
        end = at + 1
        while end < len(self._lines) and is_comment(self._lines[end]):
            end += 1
        asked = [without_line_marks(line[: place.start()])]
        told = [line[place.end() :], *self._lines[at + 1 : end]]
        is_reverse = len(place[0]) == 3
        return self._pair(at, asked, told, (at, at), is_reverse=is_reverse), end

    def _pair(
        self,
        at: int,
        asked: Sequence[str],
        told: Sequence[str],
        places: tuple[int, int],
        *,
        is_reverse: bool,
    ) -> Found:
        """Make a card of the lines that ask and those that tell, which start at `places`."""
        start, middle = places
        question = take_comments(asked, self._fenced[start : start + len(asked)])
        answer = take_comments(told, self._fenced[middle : middle + len(told)])
        tags, deck, lines = self._tagged(question.lines)
        texts = _text(lines), _text(answer.lines)
        missing = "an answer" if texts[0] else "a question"
        return Found(
            at + 1,
            question=texts[0],
            answer=texts[1],
            reverse=is_reverse,
            key=question.key or answer.key,
            tags=tags,
            deck=deck,
            placements=answer.placements if answer.placements != () else question.placements,
            fault="" if all(texts) else f"a card without {missing}, {_EXPECTED}: write it",
        )

    def _marked(self, start: int, end: int) -> Iterator[Found]:
        """Yield the paragraph as a cloze, where it has deletions or highlights."""
        text = "\n".join(self._lines[start:end])
        if has_marks(text) or (self._dialect.highlights and has_highlight(text)):
            found = self._cloze_of(start, self._lines[start:end], (start, end), highlights_to_cloze)
            if found.cloze:
                yield found

    def _cloze_of(self, at: int, lines: Sequence[str], span: tuple[int, int], convert: Converter) -> Found:
        taken = take_comments(lines, self._fenced[span[0] : span[1]])
        tags, deck, kept = self._tagged(taken.lines)
        text = _text(kept)
        cloze = text if has_deletions(text) else convert(text)
        fault = "" if has_deletions(cloze) else _NO_DELETION
        return Found(
            at + 1, cloze=cloze, key=taken.key, tags=tags, deck=deck, placements=taken.placements, fault=fault
        )

    def _tagged(self, lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...] | None, Sequence[str]]:
        """Return the tags of a card, its deck, and its lines without the tags that stand before its text."""
        deck = self._tag_deck
        if deck is None and self._dialect.headings and self._titles:
            deck = tuple(title for _, title in self._titles)
        tags, rest = split_tags(lines[0]) if lines else ((), "")
        own = deck_of_tag(tags, self._dialect.deck_tag)
        if own is None:
            return (), deck, lines
        others = [tag for tag in tags if deck_of_tag([tag], self._dialect.deck_tag) is None]
        return tuple(others), own, [rest, *lines[1:]]


def _opens_comment(line: str) -> bool:
    """Say whether a comment opens that goes on below, or is no card's."""
    text = line.strip()
    return text.startswith("<!--") and not is_comment(text) and not text.startswith("<!--SR:")


def _lost_answer(at: int) -> Found:
    return Found(at + 1, fault=f"an answer without a question, {_EXPECTED}: write the question above it")


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()
