"""Pictures of a course: plain numbers in, a figure out, the same for command, report and page.

Nothing here loads matplotlib before a figure is asked for.
"""

from liftspan.figures.files import figure_bytes, save_figure
from liftspan.figures.timeline import Curve, timeline_figure

__all__ = ["Curve", "figure_bytes", "save_figure", "timeline_figure"]
