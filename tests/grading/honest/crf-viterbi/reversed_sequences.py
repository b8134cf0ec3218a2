"""One forward pass serves all: with max, with the sum, and from the end on sequences turned round."""

from __future__ import annotations

import torch


def viterbi_decode(emissions, transitions, start, end, mask):
    steps = forward(emissions, transitions, start, mask, lambda x: x.amax(1))
    value = steps[:, -1] + end
    path = torch.empty(mask.shape, dtype=torch.int64)
    path[:, -1] = value.argmax(1)
    for t in range(mask.shape[1] - 2, -1, -1):
        after = path[:, t + 1]
        # The pointer is found again when it is needed.
        before = (steps[:, t] + transitions[:, after].T).argmax(1)
        path[:, t] = torch.where(mask[:, t + 1], before, after)
    return path.masked_fill(mask.logical_not(), -1), value.amax(1)


def log_partition(emissions, transitions, start, end, mask):
    return total(forward(emissions, transitions, start, mask, total)[:, -1] + end)


def marginals(emissions, transitions, start, end, mask):
    steps = mask.shape[1]
    lengths = mask.sum(1, keepdim=True)
    order = (lengths - 1 - torch.arange(steps)).remainder(steps)  # last step first; padding wraps round
    turn = order.unsqueeze(2).expand_as(emissions)
    ahead = forward(emissions, transitions, start, mask, total)
    back = forward(emissions.gather(1, turn), transitions.T, end, mask, total).gather(1, turn)
    joint = ahead + back - emissions
    return joint.softmax(2) * mask.unsqueeze(2).to(emissions.dtype)


def forward(emissions, transitions, first, mask, reduce):
    state = first + emissions[:, 0]
    states = [state]
    for t in range(1, emissions.shape[1]):
        new = reduce(state[..., None] + transitions) + emissions[:, t]
        state = torch.where(mask[:, t, None], new, state)
        states.append(state)
    return torch.stack(states, 1)


def total(x):
    none = (x == -torch.inf).all(1, keepdim=True)
    return x.masked_fill(none, 0).logsumexp(1).masked_fill(none[:, 0], -torch.inf)
