"""``python -m lagviz`` is the command ``lagviz``."""

import sys

from lagviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
