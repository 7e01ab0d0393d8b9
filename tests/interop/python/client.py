"""The interop cases on grpcio.

python3 client.py DESCRIPTORS CASE ADDRESS [CERTIFICATE]   runs one case; the exit status is 0 when it passed
python3 client.py DESCRIPTORS                              runs what standard input asks for, a JSON line each
"""

import json
import sys
import traceback

import service_cases  # noqa: F401, it registers cases
from cases import CASES
from peer import Peer, check
from protocol import Contract, announce


def run(contract, case, **where):
    peer = Peer(contract, **where)
    try:
        check(case in CASES, f"there is no case {case}")
        CASES[case](peer)
        return {"case": case, "passed": True}
    except Exception:  # whatever it is, the test prints it
        return {"case": case, "passed": False, "reason": traceback.format_exc()}
    finally:
        peer.channel.close()


def main(descriptors, case=None, address=None, certificate=None):
    contract = Contract.load(descriptors)
    if case:
        result = run(contract, case, address=address, certificate=certificate)
        announce(result)
        sys.exit(0 if result["passed"] else 1)

    for line in sys.stdin:
        announce(run(contract, **json.loads(line)))


if __name__ == "__main__":
    main(*sys.argv[1:])
