"""What is taken along of katas."""

from __future__ import annotations

from collections.abc import Sequence

from quizzer.content.faults import FaultList
from quizzer.content.kata_folder import PROMPT, read_heading
from quizzer.content.kata_names import kata_folder, list_slugs
from quizzer.content.kata_python import read_text
from quizzer.content.locator import ContentRoots
from quizzer.core.note import Level
from quizzer.exchange.anki.katas import KataPage


def read_pages(roots: ContentRoots, levels: Sequence[Level]) -> tuple[list[KataPage], list[str]]:
    """Return the katas of `levels` (or all), and the slugs of those that are faulty."""
    pages, faulty = [], []
    for slug in list_slugs(roots):
        heading = read_heading(roots, slug)
        path = kata_folder(roots, slug) / PROMPT
        prompt = read_text(path, FaultList(str(path)))
        if heading is None or prompt is None:
            faulty.append(slug)
        elif not levels or heading.level in levels:
            pages.append(
                KataPage(slug, heading.title, heading.level, heading.par_minutes, heading.topics, prompt)
            )
    return pages, faulty
