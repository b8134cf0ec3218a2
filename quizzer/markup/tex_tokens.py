"""TeX as tokens, and what is read without understanding math: numbers, names, texts, delimiters."""

from __future__ import annotations

import re

from quizzer.markup.formula import UnreadableError
from quizzer.markup.glyphs import DELIMITERS

TEX_LIMIT = 2_000
"""Characters; a longer formula is not one to learn."""

_TOKEN = re.compile(r"\\operatorname\*|\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_WORD_COMMAND = re.compile(r"\\[A-Za-z]+\*?")
_ESCAPES = {"\\_": "_", "\\%": "%", "\\&": "&", "\\#": "#", "\\$": "$", "\\ ": " ", "\\,": " "}


class Tokens:
    """The tokens of a formula, read one after another."""

    def __init__(self, tex: str) -> None:
        if len(tex) > TEX_LIMIT:
            raise UnreadableError(f"more than {TEX_LIMIT} characters")
        self.tokens = _tokens(tex)
        self.position = 0

    def peek(self) -> str | None:
        """Return the next token without taking it."""
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> str:
        """Return the next token."""
        token = self.peek()
        if token is None:
            raise UnreadableError("ends too early")
        self.position += 1
        return token

    def expect(self, token: str) -> None:
        """Take the next token, which has to be this one."""
        found = self.take()
        if found != token:
            raise UnreadableError(f"expected {token!r}, found {found!r}")

    def skip_blanks(self) -> None:
        """Pass over blanks."""
        while self.peek() == " ":
            self.position += 1

    def number(self) -> str:
        """Read digits, with a point between them at most."""
        text = self.digit()
        while (token := self.peek()) is not None and token.isdigit():
            text += self.digit()
        after = self.tokens[self.position + 1] if self.position + 1 < len(self.tokens) else ""
        if self.peek() == "." and after.isdigit() and "." not in text:
            self.position += 1
            text += "."
            while (token := self.peek()) is not None and token.isdigit():
                text += self.digit()
        return text

    def digit(self) -> str:
        """Read one digit from 0 to 9."""
        digit = self.take()
        if digit not in "0123456789":
            raise UnreadableError(f"unknown digit {digit!r}")
        return digit

    def text(self) -> str:
        """Read text in braces, or a single letter."""
        self.skip_blanks()
        if self.peek() != "{":
            token = self.take()
            if not token.isalpha():
                raise UnreadableError("text without braces")
            return token
        self.take()
        text = ""
        while (token := self.take()) != "}":
            if token not in _ESCAPES and token[0] in "\\{$&^~":
                raise UnreadableError(f"{token!r} in text")
            text += _ESCAPES.get(token, token)
        return text

    def delimiter(self) -> str:
        """Read what follows a size or a `left`."""
        self.skip_blanks()
        token = self.take()
        if token not in DELIMITERS:
            raise UnreadableError(f"{token!r} is no delimiter")
        return DELIMITERS[token]

    def name(self) -> str:
        """Read a name in braces."""
        self.skip_blanks()
        self.expect("{")
        name = ""
        while (token := self.take()) != "}":
            name += token
        return name.replace(" ", "")


def _tokens(tex: str) -> list[str]:
    """Split TeX; blanks become one space, and none follows a command word."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(tex):
        token = match[0]
        if token == "%":
            raise UnreadableError("a comment, or a bare percent sign")
        if not token.isspace():
            tokens.append(token)
        elif tokens and not _WORD_COMMAND.fullmatch(tokens[-1]) and tokens[-1] != " ":
            tokens.append(" ")
    return tokens
