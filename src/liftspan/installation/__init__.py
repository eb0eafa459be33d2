"""Whether an installation answers as it did when it was made: libraries, package files, fixed questions.

check.py          START HERE: `check_installation()` -> what was found
libraries.py      versions beside the bounds that the package was tested with; which extras are there
package_files.py  tables and stores of the package beside their hashes
fixed.py          four fixed questions, with every circumstance spelled out
words.py          the result as text and as JSON
__main__.py       `python -m liftspan.installation` stores hashes and answers anew, after a change that was meant
"""

from liftspan.installation.check import Installation, check_installation

__all__ = ["Installation", "check_installation"]
