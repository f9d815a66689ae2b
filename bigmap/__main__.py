"""``python -m bigmap`` is the command line."""

import sys

from bigmap.cli import main

sys.exit(main())
