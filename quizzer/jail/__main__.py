"""`python -I -m quizzer.jail DESCRIPTOR`: the zygote, controlled over a socket it has inherited."""

from __future__ import annotations

import socket
import sys

from quizzer.jail.zygote import run

if __name__ == "__main__":
    run(socket.socket(fileno=int(sys.argv[1])))
