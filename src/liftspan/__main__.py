"""`python -m liftspan`: the same as the command `liftspan`."""

from liftspan.cli import main

if __name__ == "__main__":  # worker processes import this file under another name
    main()
