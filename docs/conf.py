"""Sphinx settings. Nothing is fetched: formulas become MathML when the pages are built, without a script."""

import os

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

project = "Liftspan"
author = "the Liftspan contributors"
copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 2
exclude_patterns = ["_build", "_static", "generated", "model_template.md"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["formula.css"]
html_title = "Liftspan"
html_show_sphinx = False
html_copy_source = False
html_last_updated_fmt = None
html_math_renderer = "mathml"
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # the same sources give the same pages


def _inline(writer, node):
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def _display(writer, node):
    writer.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def setup(app):
    """Write formulas as MathML, which browsers show without a script."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
