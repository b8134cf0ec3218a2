"""Statistics and readiness as the fields of a JSON report; the form is stable."""

from __future__ import annotations

from datetime import timedelta

from quizzer.core.rating import Rating
from quizzer.core.readiness import AreaReadiness, Readiness, TopicReadiness, missing_for
from quizzer.core.stats.recall import AGES, INTERVALS, Recall, Span
from quizzer.core.stats.statistics import Statistics

Fields = dict[str, object]


def statistics_fields(statistics: Statistics) -> Fields:
    """Return all figures of the reviews; days without a review are left out."""
    answers = statistics.answers
    return {
        "study_day": statistics.study_day.isoformat(),
        "days": [
            {
                "study_day": day.study_day.isoformat(),
                "reviews": day.reviews,
                "minutes": round(day.minutes, 2),
            }
            for day in statistics.days
            if day.reviews
        ],
        "streak_days": statistics.streaks.current_days,
        "longest_streak_days": statistics.streaks.longest_days,
        "forecast": [
            {"study_day": (statistics.study_day + timedelta(days=days)).isoformat(), "cards": cards}
            for days, cards in enumerate(statistics.forecast)
        ],
        "figures_since": answers.since.isoformat(),
        "retention": [{"days": days, **_recall(recall)} for days, recall in answers.retention],
        "retention_by_interval": [
            {**_span(age), **_recall(recall)} for age, recall in zip(AGES, answers.by_age, strict=True)
        ],
        "intervals": [
            {**_span(span), "cards": cards}
            for span, cards in zip(INTERVALS, statistics.intervals, strict=True)
        ],
        "ratings": {
            maturity.value: {rating.name.lower(): count for rating, count in zip(Rating, counts, strict=True)}
            for maturity, counts in answers.ratings.items()
        },
        "hours": [
            {"hour": hour, "reviews": figures.reviews, **_recall(figures.recall)}
            for hour, figures in enumerate(answers.hours)
        ],
    }


def readiness_fields(readiness: Readiness) -> Fields:
    """Return the areas in figures, and the weakest topics."""
    return {
        "areas": [area_fields(area) for area in readiness.areas],
        "weakest": [
            {
                "topic": topic.topic.id,
                "title": topic.topic.title,
                "recall": _share(topic.recall),
                "why": topic.why,
            }
            for topic in readiness.weakest()
        ],
    }


def area_fields(area: AreaReadiness) -> Fields:
    """Return an area in figures."""
    return {
        "area": area.area.id,
        "title": area.area.title,
        "requires": list(area.area.requires),
        "topics": len(area.topics),
        "covered": area.covered,
        "learnt": area.learnt,
        "cards": len(area.cards),
        "retrievable": None if area.retrievable is None else _share(area.retrievable),
        "katas": area.katas,
        "katas_passed": area.katas_passed,
    }


def syllabus_fields(readiness: Readiness) -> Fields:
    """Return the plan: the areas in order, and the topics that open next."""
    return {
        "areas": [area_fields(area) for area in readiness.areas],
        "next": [topic.topic.id for topic in readiness.next_topics()],
    }


def plan_fields(readiness: Readiness, area: AreaReadiness) -> Fields:
    """Return one area with its topics and what to read."""
    waiting = readiness.waiting_topics()
    return {
        **area_fields(area),
        "plan": [_topic(topic, waiting) for topic in area.topics],
        "reading": [{"title": reading.title, "url": reading.url} for reading in area.area.reading],
    }


def _topic(topic: TopicReadiness, waiting: frozenset[str]) -> Fields:
    return {
        "topic": topic.topic.id,
        "title": topic.topic.title,
        "level": topic.topic.level.value,
        "requires": list(topic.topic.requires),
        "cards": len(topic.cards),
        "seen": len(topic.seen),
        "recall": _share(topic.recall) if topic.is_learnt else None,
        "waits_for": list(missing_for(topic.topic, waiting)),
    }


def _recall(recall: Recall) -> Fields:
    return {"asked": recall.asked, "recalled": recall.recalled}


def _span(span: Span) -> Fields:
    return {"from_days": span.first, "to_days": span.last}


def _share(share: float) -> float:
    return round(share, 4)
