"""The closed vocabulary of each coded column of the evidence tables, in one place: word, other spellings, near misses.

Columns of trials and arms say what everything else hangs on, so a word that is not known is refused. Two of them have a
way out that must be written on purpose: `other:NAME` is a treatment that the program shows and does not predict. A row
of observations, or the population of a trial, may hold a word that is near no known one: a scale nobody has linked.
It is read as it stands, its row gets no prediction, and the reason names the word. A near miss is refused everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from liftspan.evidence.columns import ARMS, OBSERVATIONS, TRIALS
from liftspan.numbers import NOT_REPORTED, shortened
from liftspan.vocabulary import NotAWord, Vocabulary, folded

OTHER = "other:"  # before the name of a treatment that is shown and not predicted
NEAR = 0.8  # of two words: one letter in five is a slip of the hand; "relapse" and "response" are 0.67 alike
LIKELY = ("ketamine", "esketamine", "arketamine", "midazolam", "placebo", "other_antidepressant")


@dataclass(frozen=True)
class Words:
    """How the words of one column are read."""

    vocabulary: Vocabulary
    open: bool = False  # a word that is near no known one may stand
    other: bool = False  # `other:NAME` may stand


def _spellings(**by_word: str) -> Mapping[str, str]:
    """Other spelling -> word, from `word="spelling, spelling"`."""
    return {spelling.strip(): word for word, text in by_word.items() for spelling in text.split(",")}


ANTIDEPRESSANTS = (
    "agomelatine amitriptyline bupropion citalopram clomipramine desipramine desvenlafaxine duloxetine escitalopram "
    "fluoxetine fluvoxamine imipramine levomilnacipran milnacipran mirtazapine moclobemide nortriptyline paroxetine "
    "phenelzine reboxetine selegiline sertraline tranylcypromine trazodone venlafaxine vilazodone vortioxetine"
)
# Treatments that trials of ketamine hold beside it. None of them has a model here.
TREATMENTS = (
    "ect tms rtms itbs tdcs mst vns psychotherapy cbt exercise sleep_deprivation light_therapy treatment_as_usual "
    "diclofenac quetiapine aripiprazole olanzapine brexpiprazole cariprazine lurasidone risperidone lithium "
    "lamotrigine valproate carbamazepine riluzole memantine amantadine lanicemine traxoprodil rapastinel apimostinel "
    "rislenemdaz nitrous_oxide dextromethorphan dextromethorphan_bupropion methadone esmethadone d_cycloserine "
    "minocycline celecoxib scopolamine psilocybin lsd mdma dmt ayahuasca brexanolone zuranolone propofol methohexital "
    "thiopental etomidate sevoflurane isoflurane xenon dexmedetomidine fentanyl remifentanil alfentanil sufentanil "
    "morphine buprenorphine naltrexone diazepam lorazepam alprazolam clonazepam diphenhydramine hydroxyzine modafinil "
    "methylphenidate dexamphetamine magnesium pregabalin gabapentin botulinum_toxin hydroxynorketamine"
)
IS_BASE = "doses are of base here; write the drug, and the dose of base (28 mg are 32.3 mg of hydrochloride)"
WHICH_CONTROL = "which one? Write midazolam, or active_drug where it is another treatment"

DRUG = Vocabulary(
    "drug",
    tuple(dict.fromkeys([*LIKELY, "ect", "quetiapine", "diclofenac", *ANTIDEPRESSANTS.split(), *TREATMENTS.split()])),
    _spellings(
        ketamine="racemic ketamine, r/s-ketamine, ketamine racemate, ketalar",
        esketamine="s-ketamine, (s)-ketamine, s(+)-ketamine, (s)-(+)-ketamine, spravato, ketanest",
        arketamine="r-ketamine, (r)-ketamine, r(-)-ketamine, (r)-(-)-ketamine",
        placebo="saline, normal saline, sodium chloride, inactive placebo, placebo spray, placebo tablet",
        midazolam="mdz",
        other_antidepressant="oral antidepressant, antidepressant, new oral antidepressant, oral ad, ssri, snri",
        ect="electroconvulsive therapy",
        treatment_as_usual="tau, usual care, care as usual, standard of care",
    )
    | {"(R,S)-ketamine": "ketamine", "R,S-ketamine": "ketamine", "rs-ketamine": "ketamine"},
    {"active placebo": "name the drug, as midazolam"}
    | dict.fromkeys(
        ("ketamine hydrochloride", "ketamine hcl", "esketamine hydrochloride", "esketamine hcl", "s-ketamine hcl"),
        IS_BASE,
    ),
)
ROUTE = Vocabulary(
    "route",
    ("iv", "nasal", "im", "sc", "oral", "oral-extended", "sublingual", "rectal", "inhaled", "transdermal", "epidural",
     "intrathecal", "none"),
    _spellings(
        iv="intravenous, i.v., i. v., intravenously, iv infusion, intravenous infusion, infusion, iv bolus",
        nasal="intranasal, intra-nasal, nasal spray, spray, i.n., in, intranasally",
        im="intramuscular, i.m., i. m., intramuscularly",
        sc="subcutaneous, s.c., s. c., subcutaneously, subq, sq",
        oral="po, p.o., p. o., by mouth, per os, orally, peroral, tablet, capsule",
        sublingual="sl, s.l., buccal, lozenge, troche",
        rectal="pr, p.r., per rectum",
        none="not applicable",
    )
    | dict.fromkeys(("oral er", "oral extended release", "extended release", "extended release oral"), "oral-extended")
    | dict.fromkeys(("inhalation", "inhalational"), "inhaled"),
)  # fmt: skip
CONTROL = Vocabulary(
    "control",
    ("none", "saline", "placebo_spray", "placebo_oral", "midazolam", "anaesthesia", "active_drug", "open"),
    _spellings(
        none="no, no control, not a control, not applicable",
        saline="normal saline, iv saline, saline infusion, saline placebo, placebo saline, iv placebo, placebo iv, "
        "saline injection, sodium chloride",
        placebo_spray="nasal placebo, placebo nasal, placebo nasal spray, nasal spray, spray placebo, spray",
        placebo_oral="oral placebo, placebo pill, placebo pills, placebo tablet, placebo capsule, pill, tablet",
        midazolam="mdz",
        anaesthesia="anesthesia, general anaesthesia, general anesthesia, surgical anaesthesia, surgical anesthesia",
        active_drug="active, active control, active comparator, comparator, other drug",
        open="open label, unblinded, not blinded",
    ),
    {"active placebo": WHICH_CONTROL, "psychoactive placebo": WHICH_CONTROL},
)
DESIGN = Vocabulary(
    "design",
    ("parallel_rct", "crossover_rct", "open_label", "cohort", "randomised_withdrawal", "meta_analysis"),
    _spellings(
        parallel_rct="rct, parallel, parallel group, parallel group rct, randomised controlled trial, randomized "
        "controlled trial, randomised, randomized, double-blind rct",
        crossover_rct="crossover, cross over, cross over rct, randomised crossover, randomized crossover",
        open_label="open, open trial, open label trial, open label study, single arm, open label extension, unblinded",
        cohort="cohort study, naturalistic, observational, retrospective, prospective cohort, retrospective cohort, "
        "case series, registry",
        randomised_withdrawal="randomized withdrawal, withdrawal, randomised discontinuation",
        meta_analysis="metaanalysis, pooled analysis, systematic review, review, individual patient data meta-analysis",
    ),
)
POPULATION = Vocabulary(
    "population",
    ("TRD", "MDD", "MDD_SI", "mixed", "BD", "PPD", "PTSD", "OCD", "dysthymia", "anxiety", "psychosis", "healthy"),
    _spellings(
        TRD="treatment resistant depression, treatment resistant mdd, trmdd, mdd trd, resistant depression",
        MDD="major depressive disorder, major depression, unipolar, unipolar depression, depression",
        MDD_SI="mdsi, mdd si, mdd with suicidal ideation, mdd suicidal ideation, suicidal mdd",
        mixed="mdd and bd, mdd bd, unipolar and bipolar",
        BD="bipolar, bipolar depression, bipolar disorder, bp, bpd depression, bipolar i, bipolar ii, trbd",
        PPD="postpartum depression, perinatal depression",
        healthy="healthy volunteers",
    ),
)
SETTING = Vocabulary(
    "setting",
    ("outpatient", "inpatient", "mixed", "emergency"),
    _spellings(
        outpatient="outpatients, out patient, out patients, ambulatory, clinic, community, day clinic",
        inpatient="inpatients, in patient, in patients, hospital, hospitalised, hospitalized, admitted",
        mixed="inpatient and outpatient, inpatients and outpatients, both",
        emergency="emergency department, emergency room, ed, er",
    ),
)
ANTIDEPRESSANT = Vocabulary(
    "concomitant_antidepressant",
    ("none", "continued", "new", "mixed"),
    _spellings(
        none="no, washed out, washout, wash out, medication free, drug free, unmedicated, monotherapy, stopped",
        continued="continuing, continue, stable, ongoing, unchanged, stable dose, kept, yes",
        new="newly started, started, new oral antidepressant, new antidepressant, switched",
        mixed="varied, various, allowed, either, some",
    ),
)
MEDICATION = Vocabulary(
    "medication",
    ("washed_out", "continued", "new", "mixed"),
    {spelling: "washed_out" if word == "none" else word for spelling, word in ANTIDEPRESSANT.synonyms.items()}
    | {"none": "washed_out"},
)
CARRY_OVER = Vocabulary("carry_over", ("yes", "no"), _spellings(yes="y, true, 1, x", no="n, false, 0"))
SCALE = Vocabulary(
    "scale",
    ("MADRS", "HAMD", "HAMD17", "HAMD21", "HAMD24", "HAMD25", "HAMD28", "HAMD29", "HAMD6", "HAMD7", "PHQ9", "QIDS_SR16",
     "QIDS_C16", "MADRS_item10", "MADRS_F1", "MADRS_F2", "MADRS_F3", "MADRS_S", "BDI", "BDI2", "HADS", "HADS_D",
     "HADS_A", "IDS_C30", "IDS_SR30", "CGI_S", "CGI_I", "CGI", "CGI-SS-r", "CGJ-SR", "SSI", "BSS", "BSI_suicide",
     "CSSRS_SI", "CSSRS", "ASIQ", "SI_composite", "POMS_D", "HAMA", "GAD7", "SHAPS", "TEPS", "YMRS", "BPRS", "CADSS",
     "SDS", "EQ5D", "EPDS", "GDS", "VAS", "PANSS", "PSQI", "ISI", "WHODAS", "MMSE", "MOCA", "QLESQ", "PHQ2", "PHQ8",
     "BAI", "STAI", "clinical", "patient_report", "unspecified"),
    _spellings(
        MADRS="montgomery-asberg, montgomery-åsberg, montgomery-asberg depression rating scale, montgomery-åsberg "
        "depression rating scale, madrs total, madrs total score, madrs score, total madrs",
        HAMD="hdrs, hrsd, ham d total, hamilton, hamilton depression rating scale, ham-d (version not stated)",
        HAMD17="hdrs17, hrsd17, ham d 17 items, hamd 17 item, 17 item hamd, 17 item ham d, 17 item hdrs",
        HAMD21="hdrs21, hrsd21, 21 item hamd, 21 item ham d",
        HAMD24="hdrs24, hrsd24, 24 item hamd, 24 item ham d",
        QIDS_SR16="qids sr, qids, qids self report",
        QIDS_C16="qids c",
        IDS_C30="ids c, ids",
        IDS_SR30="ids sr",
        PHQ9="patient health questionnaire 9",
        BDI2="bdi ii",
        MADRS_item10="madrs item 10, madrs si, madrs suicide item, item10, item 10",
        unspecified="not stated, not specified, unclear",
    ),
)  # fmt: skip
STATISTIC = Vocabulary(
    "statistic",
    ("mean", "change", "ls_change", "percent_change", "diff_vs_control", "response_rate", "remission_rate",
     "risk_difference_response", "risk_difference_remission", "relapse_free_fraction", "median_days_to_relapse",
     "hazard_ratio", "risk_ratio_response", "risk_ratio_remission", "risk_ratio_relapse", "odds_ratio_response",
     "odds_ratio_remission", "odds_ratio_relapse", "odds_ratio", "risk_ratio", "risk_difference",
     "fraction_of_total_improvement", "relapse_rate", "dropout_rate", "median", "median_change", "ls_mean",
     "effect_size", "smd", "median_days_to_response", "number_needed_to_treat", "correlation", "p_value"),
    _spellings(
        mean="mean score, score, average, raw mean",
        change="mean change, change from baseline, mean change from baseline, average change, raw change",
        ls_change="lsm change, ls mean change, lsmean change, least squares mean change, adjusted change, adjusted "
        "mean change, mmrm change, lsmc, ls mean change from baseline",
        percent_change="% change, pct change, percentage change, percent improvement",
        diff_vs_control="difference, diff, difference vs control, difference from control, difference vs placebo, "
        "difference from placebo, mean difference, treatment difference, ls mean difference, diff vs placebo",
        response_rate="response, responders, responder rate, response fraction, responded",
        remission_rate="remission, remitters, remitter rate, remission fraction, remitted",
        hazard_ratio="hr",
        relapse_free_fraction="relapse free, relapse free rate, survival without relapse",
        median_days_to_relapse="median time to relapse, days to relapse",
        smd="standardised mean difference, standardized mean difference, hedges g, cohens d, cohen's d",
    ),
)  # fmt: skip
EVENT = Vocabulary(
    "event",
    ("at_time", "by_time", "ever", "sustained"),
    _spellings(
        at_time="at visit, at that time, at time point, at timepoint, at endpoint, point",
        by_time="by that time, by visit, by time point, cumulative, cumulative by",
        ever="any time, at any time, ever responder, at any visit",
        sustained="maintained, stable, sustained response, sustained remission",
    ),
)
# Who left is counted as before the first session, or as the worst they were: no model here (`UNMODELLED_SETS`).
ANALYSIS_SET = Vocabulary(
    "analysis_set",
    ("observed", "locf", "mmrm", "ancova", "completers", "on_treatment", "nonresponder_imputed", "itt", "mitt", "fas",
     "per_protocol", "multiple_imputation", "bocf", "wocf"),
    _spellings(
        observed="oc, observed case, observed cases, observed data",
        locf="last observation carried forward, last observation",
        mmrm="mixed model, mixed model repeated measures, mixed model for repeated measures, lmm",
        completers="completer, completer analysis",
        on_treatment="on treatment analysis, as treated",
        nonresponder_imputed="nri, non responder imputation, nonresponder imputation, missing as non response",
        itt="intention to treat, intent to treat",
        mitt="modified itt, modified intention to treat",
        fas="full analysis set",
        per_protocol="pp, per protocol set",
        bocf="baseline observation carried forward",
        wocf="worst observation carried forward",
    ),
)  # fmt: skip
CHANGE_FROM = Vocabulary("change_from_h", ("phase", "screening"))

WORDS: Mapping[tuple[str, str], Words] = {
    (TRIALS, "design"): Words(DESIGN),
    (TRIALS, "population"): Words(POPULATION, open=True),
    (TRIALS, "setting"): Words(SETTING),
    (TRIALS, "concomitant_antidepressant"): Words(ANTIDEPRESSANT),
    (TRIALS, "medication"): Words(MEDICATION),
    (ARMS, "drug"): Words(DRUG, other=True),
    (ARMS, "route"): Words(ROUTE),
    (ARMS, "control"): Words(CONTROL),
    (ARMS, "baseline_scale"): Words(SCALE, open=True),
    (OBSERVATIONS, "scale"): Words(SCALE, open=True),
    (OBSERVATIONS, "statistic"): Words(STATISTIC, open=True),
    (OBSERVATIONS, "event"): Words(EVENT, open=True),
    (OBSERVATIONS, "analysis_set"): Words(ANALYSIS_SET, open=True),
    (OBSERVATIONS, "carry_over"): Words(CARRY_OVER),
}

UNMODELLED_SETS = ("bocf", "wocf")
UNIPOLAR = ("", "TRD", "MDD", "MDD_SI", "mixed")  # of the populations: what the model of mood is about


@lru_cache(maxsize=10_000)
def read_word(file: str, column: str, cell: str) -> str:
    """The word that a cell of a coded column means.

    Raises NotAWord where it is a near miss, or where the column is closed and the word is not known.
    """
    words = WORDS[file, column]
    vocabulary = words.vocabulary
    if cell in vocabulary.words:
        return cell
    if words.other and folded(cell).startswith(OTHER) and folded(cell) != OTHER:
        return f"{OTHER}{folded(cell).removeprefix(OTHER).strip()}"
    try:
        return vocabulary.read(cell)
    except NotAWord as error:
        if (found := _without_signs(cell, vocabulary)) is not None:
            return found
        raise_if_near(cell, vocabulary, error, words.open)
        return cell


def is_known(file: str, column: str, word: str) -> bool:
    """Whether a word, as read, is one of the vocabulary; a blank one is."""
    return not word or word in WORDS[file, column].vocabulary.words


def _without_signs(cell: str, vocabulary: Vocabulary) -> str | None:
    """`PHQ-9`, `ham-d 17`, `openLabel`: the word whose letters and digits are these, if there is one."""
    bare = {_bare(spelling): word for spelling, word in vocabulary.synonyms.items()}
    bare |= {_bare(word): word for word in vocabulary.words}
    return None if folded(cell) in map(folded, vocabulary.others) else bare.get(_bare(cell))


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def raise_if_near(cell: str, vocabulary: Vocabulary, error: NotAWord, is_open: bool) -> None:
    """Raise the error of a word that may not stand; a far one may in an open column."""
    what = f"{vocabulary.what} '{shortened(cell)}'"
    if folded(cell) in NOT_REPORTED:
        raise NotAWord(f"{what}: leave the cell blank if it is not known") from error
    if folded(cell) in map(folded, vocabulary.others):
        raise error
    if near := _near(cell, (*vocabulary.words, *vocabulary.synonyms)):
        meant = vocabulary.synonyms.get(near, near)
        raise NotAWord(f"{what} is not known; did you mean '{meant}'?") from error
    if is_open:
        return
    if vocabulary is DRUG:
        raise NotAWord(
            f"{what} is not known; write one of {', '.join(LIKELY)}, or {OTHER}NAME for a treatment that is shown and "
            "not predicted"
        ) from error
    raise error


def _near(cell: str, spellings: Iterable[str]) -> str | None:
    """The spelling that a cell misses by a slip: word by word, with the same digits; None where it is another word."""
    pieces = folded(cell[:60]).split()
    alike = [(_likeness(pieces, folded(spelling).split()), spelling) for spelling in spellings]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= NEAR else None


def _likeness(one: list[str], other: list[str]) -> float:
    """Of the least alike of two words in the same place, 0..1; 0 where numbers of words or digits differ."""
    if len(one) != len(other) or _digits("".join(one)) != _digits("".join(other)):
        return 0.0
    return min((_alike(*pair) for pair in zip(one, other, strict=True)), default=0.0)


def _alike(one: str, other: str) -> float:
    """Of two words, 0..1; letters in another order are a slip even in a short one."""
    if len(one) > 3 and sorted(one) == sorted(other):
        return max(NEAR, SequenceMatcher(None, one, other, autojunk=False).ratio())
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
