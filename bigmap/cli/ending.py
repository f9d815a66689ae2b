"""How a command ends: its exit code, and the sentence for what stopped it."""

from __future__ import annotations

import argparse
import logging
import sys

from bigmap.base.errors import Cancelled, UserError
from bigmap.base.i18n import tr
from bigmap.base.interrupts import STOPPED, interrupts
from bigmap.base.log import log_file
from bigmap.base.shortage import shortage

DONE, DEFECT, UNUSABLE, DECISION = 0, 1, STOPPED, 3
"""Exit codes: done; defect of bigmap; input or options unusable; done, but something needs a decision."""


def run(options: argparse.Namespace) -> int:
    """Run the command of some options and return its exit code."""
    code = _outcome(options)
    interrupts.rest()
    if interrupts.late:
        complain(tr("the stop came when the results were in place already: all of them are written"))
    return code


def _outcome(options: argparse.Namespace) -> int:
    try:
        return int(options.run(options))
    except UserError as error:
        complain(str(error))
        return UNUSABLE
    except (Cancelled, KeyboardInterrupt):
        complain(tr("stopped; nothing was written"))
        return UNUSABLE
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of a library is no Exception
        if said := shortage(error):
            logging.getLogger("bigmap").info("shortage", exc_info=error)
            complain(str(said))
            return UNUSABLE
        logging.getLogger("bigmap").exception("defect")
        complain(tr("a defect of bigmap; the details are in {file}", file=log_file()))
        return DEFECT


def complain(sentence: str) -> None:
    """Say what is wrong where results are not read from."""
    print(f"bigmap: {sentence}", file=sys.stderr)
