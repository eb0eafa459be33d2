"""HowFast as one HTML page that needs nothing else: a plain layer first, the technical page after it.

page.html holds the page and the words that never change, page.css its looks; this file fills the places.
Whatever is not `Html` is escaped on its way in, so no title, source or name can become markup.
"""

from importlib.metadata import version
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.evidence import Arm, Trial, load_evidence
from liftspan.figures.how_fast import figure_of
from liftspan.files import problems_of_place, write_whole
from liftspan.how_fast.answer import LEVEL, HowFast, Interval, TimePoint, interval
from liftspan.how_fast.question import Question
from liftspan.how_fast.spans import Spans
from liftspan.how_fast.words import (
    CLINICAL,
    HEADLINE_H,
    UNKNOWN_OF_ANYONE,
    circumstances_of_both,
    days_text,
    draws_at,
    miss_text,
    percent_text,
    point_at,
    said_of_print,
    sentence,
    when,
)
from liftspan.mood.scales import MADRS
from liftspan.report.balance import gain_beside_risk
from liftspan.report.gain import benefit, exposure
from liftspan.report.markup import Html, bullets, joined, link, pairs, sentence_case, table, tag, text, valued
from liftspan.report.picture import picture
from liftspan.report.session_risks import exchange_section, risk_numbers
from liftspan.report.templates import page_of
from liftspan.report.trials import identifiers, named
from liftspan.treatment import Drug, load_protocols
from liftspan.units import HOURS_PER_DAY

SUFFIX = ".html"
MOST_ANSWERS = 2
INTERVAL = f"{LEVEL:.0%} equal-tailed intervals".replace("%", " %")
ORDINALS = ("first", "second")  # class names: the colours of the picture


def write_report(answers: tuple[HowFast, ...], path: Path) -> Path:
    """Write the page of one answer, or of two side by side. A file of that name is replaced, whole or not at all.

    Ask for answers with `smooth=True`, as for the picture. The same answers give the same bytes.

    Raises InvalidInput, with nothing written, where the suffix is not .html or the folder cannot take the file.
    """
    target = Path(path)
    problems = problems_of_report(target)
    if problems:
        raise InvalidInput(problems, "the place of the report")
    write_whole({target: [report_html(answers).encode("utf-8", "replace")]})
    return target


def problems_of_report(target: Path) -> list[str]:
    """Why a report cannot be written there; empty where it can. Ask before a long computation."""
    problems = []
    if target.suffix.lower() != SUFFIX:
        said = f"the suffix '{target.suffix}' is not that of a page" if target.suffix else "the name has no suffix"
        problems.append(f"{target}: {said}; a report is one {SUFFIX} file, e.g. {target.stem or 'report'}{SUFFIX}")
    return problems + problems_of_place(target)


def report_html(answers: tuple[HowFast, ...]) -> str:
    """The page as text, with the picture and the style inside it."""
    if not 1 <= len(answers) <= MOST_ANSWERS:
        raise InvalidInput([f"{len(answers)} answers; a report holds one, or two side by side"], "this report")
    return page_of(
        "page.html",
        title=text(" against ".join(answer.question.title for answer in answers)),
        count=("one", "two")[len(answers) - 1],
        clinical=text(CLINICAL),
        missed=text(" ".join(miss_text(answers[0].misses).split())),
        asked=joined(_asked(answer, look) for answer, look in zip(answers, _looks(answers), strict=True)),
        short=joined(_short(answer, look) for answer, look in zip(answers, _looks(answers), strict=True)),
        picture=_picture(answers),
        beside=_side_by_side(answers) if len(answers) > 1 else "",
        balance=_for_each(answers, lambda answer: _balance(answer, "h4" if len(answers) > 1 else "h3"), headed=True),
        scale_maximum=f"{MADRS.maximum:g}",
        remission_at_most=f"{MADRS.remission_at_most:g}",
        level_percent=text(f"{100 * LEVEL:g} %"),
        numbers=_for_each(answers, _numbers, headed=True),
        basis=_for_each(answers, _trials_near, headed=True) + _model(answers),
        assumptions=_for_each(answers, lambda answer: bullets(answer.assumptions), headed=True),
        limits=_limits(answers),
        sources=_for_each(answers, _sources, headed=True),
    )


def _for_each(answers: tuple[HowFast, ...], part, headed: bool = False) -> Html:
    """One part for each answer, under the name of its treatment where there are two."""
    return joined(
        (tag("h3", answer.question.title) if headed and len(answers) > 1 else Html("")) + part(answer)
        for answer in answers
    )


def _name(question: Question) -> str:
    return question.name or question.title


def _looks(answers: tuple[HowFast, ...]) -> tuple[str, ...]:
    """The colour of each treatment in the picture; none where there is one."""
    return ORDINALS if len(answers) > 1 else ("",)


# The plain layer.


def _asked(answer: HowFast, look: str) -> Html:
    """What was asked, of whom, and the status of the treatment: two or three lines under the title."""
    question = answer.question
    return tag(
        "div",
        tag("p", tag("b", _name(question)), f" {question.regimen.text}" if question.name else ""),
        tag("p", f"{sentence_case(_status(question))}."),
        tag("p", f"People: {question.people}; {question.circumstances}."),
        class_=f"asked {look}".strip(),
    )  # fmt: skip


def _short(answer: HowFast, look: str) -> Html:
    """The plain sentence, the same as in a terminal; with its treatment in front where there are two."""
    name = tag("b", f"{_name(answer.question)}:") if look else Html("")
    return tag("p", name, " ".join(sentence(answer).split()), class_=f"lead {look}".strip())


def _status(question: Question) -> str:
    """Regulatory status; racemic ketamine is off label for depression, whoever names the treatment."""
    racemic = any(dose.drug == Drug.KETAMINE for session in question.regimen.sessions for dose in session.doses)
    if racemic:
        return f"racemic ketamine: {question.status or 'off label for depression'}"
    return question.status or "regulatory status is not recorded for a treatment in words; see the label of the drug"


def _picture(answers: tuple[HowFast, ...]) -> Html:
    """The picture of `--plot` inside the page."""
    said = "; ".join(
        f"{_name(answer.question)}: {point_at(answer, HEADLINE_H).change.group.median:.1f} points after 24 hours, "
        f"{answer.timeline[-1].change.group.median:.1f} by {when(answer.timeline[-1].hours)}"
        for answer in answers
    )
    words = (
        f"Chart over time: change of MADRS above, shares with response and remission below. {said}. "
        "All numbers stand in the tables of this page."
    )
    caption = (
        f"Change of MADRS (above) and share of people with response and remission (below). Bands: {INTERVAL}, dark "
        "for the mean of a new group, light for one new person. Points: published trials."
    )
    return picture(figure_of(answers), words, caption)


def _balance(answer: HowFast, level: str) -> Html:
    """What may be gained beside what is risked, then what a course adds up to."""
    return gain_beside_risk(benefit(answer), answer.risks, exposure(answer), level) + risk_numbers(answer)


def _side_by_side(answers: tuple[HowFast, ...]) -> Html:
    """Both treatments with the same luck, and the difference draw by draw, as `versus_text` has it."""
    first, second = answers
    names = [_name(answer.question) for answer in answers]
    others = {point.hours for point in second.timeline}
    rows = []
    for hours in (point.hours for point in first.timeline if point.hours in others):
        cells = [_change_and_response(point_at(answer, hours)) for answer in answers]
        gap = interval(draws_at(second, hours) - draws_at(first, hours))
        rows.append((when(hours), *cells, valued(f"{gap.median:+z.1f}", f"{gap.low:+z.1f} to {gap.high:+z.1f}")))
    caption = (
        f"Change of MADRS in points, group: median ({INTERVAL}); below it the share of people with response, mean."
    )
    numbers = table(caption, ("After the first session", *names, "Difference"), rows, "numbers")
    note = (
        f"{circumstances_of_both(answers)}Difference: {names[1]} minus {names[0]}; below 0 means that {names[1]} "
        "lowers the score more. Both groups share trial, people and rating luck. No trial compared them unless the "
        "evidence says so."
    )
    timewise = tag("section", tag("h2", "The two treatments, time by time"), numbers, tag("p", note, class_="note"))
    return timewise + exchange_section(answers, names)


def _change_and_response(point: TimePoint) -> Html:
    return _change(point) + tag("span", f"response {100 * point.response.group.mean:.0f} %", class_="range")


# The technical page.


def _numbers(answer: HowFast) -> Html:
    active = bool(answer.risks.session)
    head = ("After the first session", "MADRS change, group", "MADRS change, one person",
            *(("Group, beyond the visits alone",) if active else ()), "Response", "Remission")  # fmt: skip
    caption = (
        f"Change of MADRS in points: median; response and remission: mean share; in brackets {INTERVAL}. Group: mean "
        f"of {answer.group_size} such people in a new trial. One person: the score that would be written down."
    )
    numbers = table(caption, head, [_row(point, answer, active) for point in answer.timeline], "numbers")
    note = "One person's chance of response or remission is the group's mean; the outcome itself is yes or no."
    return joined([numbers, tag("p", note, class_="note"), _of_100(answer), _spans(answer)])


def _of_100(answer: HowFast) -> Html:
    """Of 100 people in response, with the drug and without it, at every time of the timeline."""
    if not answer.question.has_drug:
        return Html("")
    rows = [
        (when(one.hours), *(_people(part) for part in (one.with_drug, one.visits_only, one.difference)))
        for one in answer.of_100
    ]
    alone = answer.question.without
    caption = f"Of 100 people in response: mean, in brackets {INTERVAL} of groups in new trials; both share their luck."
    head = ("After the first session", "With the drug", f"{alone[:1].upper()}{alone[1:]}", "Through the drug")
    return table(caption, head, rows, "numbers")


def _people(part: Interval) -> Html:
    return valued(f"{part.mean:z.0f}", f"{part.low:z.0f} to {part.high:z.0f}")


def _row(point: TimePoint, answer: HowFast, active: bool) -> tuple[str, ...]:
    person, beyond = point.change.person, point.beyond_control
    end = " (end)" if point.hours == answer.question.regimen.end_h else ""
    return (
        when(point.hours) + end,
        _change(point),
        valued(f"{person.median:z.0f}", f"{person.low:z.0f} to {person.high:+.0f}"),
        *((valued(f"{beyond.median:z.1f}", f"{beyond.low:z.1f} to {beyond.high:z.1f}"),) if active else ()),
        _share(point.response.group),
        _share(point.remission.group),
    )


def _change(point: TimePoint) -> Html:
    group = point.change.group
    return valued(f"{group.median:z.1f}", f"{group.low:z.1f} to {group.high:z.1f}")


def _share(share: Interval) -> Html:
    return valued(f"{100 * share.mean:.0f} %", f"{100 * share.low:.0f} to {100 * share.high:.0f}")


def _spans(answer: HowFast) -> Html:
    first, lasting, horizon = answer.time_to_response, answer.duration_of_response, answer.horizon_h / HOURS_PER_DAY

    def row(name: str, spans: Spans, rest: str, counted: str = "") -> tuple[str, ...]:
        limits = f"{days_text(spans.low)} to {days_text(spans.high)}"
        mean = days_text(spans.mean).replace(" ", "\N{NO-BREAK SPACE}")
        return (
            name,
            valued(days_text(spans.median), limits),
            f"{mean}{counted}",
            f"{percent_text(spans.unfinished)} {rest}",
        )

    numbers = table(
        f"Time to response and how long it lasts: median ({INTERVAL} over people), followed for {horizon:g} days.",
        ("", "Median", "Mean", "At the end of follow-up"),
        [
            row("Time to response", first, "without response", f" (no response counts as {horizon:g})"),
            row("Duration of response", lasting, "of those who responded still in response"),
        ],
        "numbers",
    )
    said = (("Time to response", first.definition), ("Duration", lasting.definition))
    without = f"Without response: {percent_text(answer.never_without_drug)} with {answer.question.without}."
    return joined([
        numbers,
        *([tag("p", without, class_="note")] if answer.question.has_drug else []),
        *(tag("p", f"{name}: {definition}.", class_="note") for name, definition in said),
    ])  # fmt: skip


def _trials_near(answer: HowFast) -> Html:
    near, trials = answer.near, load_evidence().trials
    fitted = {trial["trial_id"] for trial in answer.manifest["trials"]}
    unnumbered = f"; not counted: {near.arms_without_n} without a printed number" if near.arms_without_n else ""
    said = (
        f"{near.trials} published trials are near this treatment (drug, route, dose within a factor 1.5, one session "
        f"or several, as far as these apply): {near.arms} arms with {near.patients:,} patients{unnumbered}."
    )
    rows = [
        _trial_row(trials[trial_id], [arm for arm in near.arm_list if arm.trial_id == trial_id], trial_id in fitted)
        for trial_id in near.trial_ids
        if trial_id in trials
    ]
    head = ("Trial", "Design", "Arms near this treatment", "In the fit", "Identifiers and address")
    caption = "Trials near this treatment. Their values are the points of the picture where they rated MADRS."
    sides = joined(tag("p", one) for one in said_of_print(answer))
    return tag("p", said) + sides + (table(caption, head, rows, "trials") if rows else Html(""))


def _trial_row(trial: Trial, arms: list[Arm], fitted: bool) -> tuple[str, ...]:
    return (
        named(trial),
        trial.design.replace("_", " ").replace("rct", "RCT"),
        "; ".join(f"{arm.label} ({f'n = {arm.n:.0f}' if arm.n is not None else 'n not printed'})" for arm in arms),
        "yes" if fitted else "no",
        identifiers(trial),
    )


def _model(answers: tuple[HowFast, ...]) -> Html:
    """The parameters and where they come from: one model stands behind all answers of a page."""
    answer, manifest, trials = answers[0], answers[0].manifest, load_evidence().trials
    names = sorted(
        (trials[one["trial_id"]].citation if one["trial_id"] in trials else one["trial_id"])
        for one in manifest["trials"]
    )
    left_out = sorted(manifest.get("rows_left_out", {}).items(), key=lambda item: (-item[1], item[0]))
    return tag("h3", "The model") + pairs({
        "Parameters": f"{manifest['status']}; {manifest['method']}",
        "Fitted to": f"{manifest['rows']} published numbers of {len(manifest['trials'])} trials: {'; '.join(names)}",
        "Left out of the fit": "; ".join(f"{reason}: {count}" for reason, count in left_out),
        "Evidence tables": Html(
            text(f"version {manifest['evidence_version']}, SHA-256 ") + tag("code", manifest["evidence_sha256"])
        ),
        "Trials not seen": " ".join(miss_text(answer.misses).split()),
        "Versions at the fit": ", ".join(f"{name} {number}" for name, number in manifest["versions"].items()),
        "This page": f"liftspan {version('liftspan')}; {answer.draws} draws of the parameters, {answer.group_size} "
                     f"people in each, seed {answer.seed}",
    })  # fmt: skip


def _limits(answers: tuple[HowFast, ...]) -> Html:
    always = [UNKNOWN_OF_ANYONE, "numbers move when trials are added to the fit"]
    if len(answers) > 1:
        always.append("how the two treatments compare in one trial, unless the evidence says so")
    return _for_each(answers, lambda answer: bullets(answer.extrapolated), headed=True) + joined(
        [tag("h3", "Of any answer"), bullets(always)]
    )


def _sources(answer: HowFast) -> Html:
    question = answer.question
    protocol = load_protocols().get(question.name)
    address = protocol.source_url if protocol else ""
    days = ", ".join(f"{session.start_h / HOURS_PER_DAY:g}" for session in question.regimen.sessions)
    return pairs({
        "Treatment": question.regimen.text,
        "Sessions on days": f"{days} (day 0 = the first session)" if days else "",
        "Protocol": question.name or "in words, not a named protocol",
        "Regulatory status": _status(question),
        "Source": link(address, question.source, "address") if question.source else "",
        "Notes": protocol.notes if protocol else "",
    })  # fmt: skip
