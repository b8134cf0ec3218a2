"""A verdict for programs: one JSON object, or JUnit's XML."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

from quizzer.core.verdict import CaseResult, CaseStatus, GateResult, GateStatus, Status, Verdict
from quizzer.errors import UsageError
from quizzer.markup.clean import clean, clean_line
from quizzer.services.grading import verdict_fields

STDOUT = "-"
_CASE_TAGS = {CaseStatus.FAILED: "failure", CaseStatus.ERRORED: "error", CaseStatus.TIMED_OUT: "error"}
_GATE_TAGS = {
    GateStatus.FAILED: "failure",
    GateStatus.ERRORED: "error",
    GateStatus.TIMED_OUT: "error",
    GateStatus.SKIPPED: "skipped",
    GateStatus.INCONCLUSIVE: "skipped",
}


def verdict_json(verdict: Verdict, sitting: dict[str, object] | None) -> str:
    """Return the fields of `verdict`, and under "sitting" what became of the sitting, as one object."""
    return json.dumps({**verdict_fields(verdict), "sitting": sitting}, ensure_ascii=False)


def verdict_junit(verdict: Verdict) -> str:
    """Return the verdict as a JUnit test suite, with a test case for every case and gate."""
    suite = ElementTree.Element("testsuite", name=verdict.kata, time=f"{verdict.duration_s:.3f}")
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("mode", "status", "seed", "suite_version", "submission_sha256"):
        ElementTree.SubElement(properties, "property", name=name, value=str(getattr(verdict, name)))
    for case in verdict.cases:
        _add(suite, verdict.kata, case, case.title, _CASE_TAGS.get(case.status))
    for gate in verdict.gates:
        _add(suite, f"{verdict.kata}.gates", gate, gate.name, _GATE_TAGS.get(gate.status))
    if verdict.status is Status.ERRORED:
        broken = ElementTree.SubElement(suite, "testcase", classname=verdict.kata, name="grading")
        ElementTree.SubElement(broken, "error", message=clean_line(verdict.problem) or "no verdict")
    if verdict.output:
        ElementTree.SubElement(suite, "system-out").text = clean(verdict.output)
    suite.set("tests", str(len(suite.findall("testcase"))))
    for plural, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(plural, str(len(suite.findall(f"testcase/{tag}"))))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def write_report(target: str, text: str) -> None:
    """Write `text` to the file `target`, or print it where that is "-".

    Raises:
        UsageError: If the file cannot be written.
    """
    if target == STDOUT:
        print(text)
        return
    try:
        Path(target).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{target}: the report cannot be written ({error.strerror}), expected a file in a folder that "
            "exists: name another one"
        ) from error


def _add(
    suite: ElementTree.Element, group: str, result: CaseResult | GateResult, name: str, tag: str | None
) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=group, name=clean_line(name))
    if tag is not None:
        lines = clean(result.message).strip().split("\n")
        outcome = ElementTree.SubElement(case, tag, message=lines[0], type=result.status.value)
        explained = [f"{result.misconception}: {clean(result.explanation)}"] if result.misconception else []
        outcome.text = "\n".join((*lines, *explained))
