"""One self-contained page of an answer: the sentence and the picture first, the basis after."""

from liftspan.report.page import problems_of_report, report_html, write_report

__all__ = ["problems_of_report", "report_html", "write_report"]
