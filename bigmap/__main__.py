"""``python -m bigmap`` is the command line."""

import sys

from bigmap.cli.main import main

sys.exit(main())
