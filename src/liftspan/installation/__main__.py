"""Store the hashes of the package files and the fixed answers anew, after a change that was meant.

python -m liftspan.installation
"""

import sys

from liftspan.files import write_whole
from liftspan.installation import check, package_files
from liftspan.stored import as_bytes


def main() -> int:
    """Write both stores; the answers first, since their file is hashed too."""
    write_whole({check.STORE: [as_bytes(check.answers_record())]})
    write_whole({package_files.STORE: [as_bytes(package_files.fingerprints())]})
    print(f"wrote {check.STORE.name} and {package_files.STORE.name} in {check.STORE.parent}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
