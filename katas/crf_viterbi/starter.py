"""A linear-chain CRF: the best path, the log-partition function, and the marginals."""

from __future__ import annotations

import torch


def viterbi_decode(
    emissions: torch.Tensor,
    transitions: torch.Tensor,
    start: torch.Tensor,
    end: torch.Tensor,
    mask: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the best path of each sequence and its score.

    Args:
        emissions: Score of each tag at each step, (B, T, K).
        transitions: transitions[i, j] is the score of going from tag i to tag j, (K, K).
        start: Score of each tag as the first one, (K,).
        end: Score of each tag as the last one, (K,).
        mask: True for the steps of a sequence, then False for padding, (B, T).

    Returns:
        The paths, (B, T), int64, -1 beyond the length; and their scores, (B,).
    """
    raise NotImplementedError


def log_partition(
    emissions: torch.Tensor,
    transitions: torch.Tensor,
    start: torch.Tensor,
    end: torch.Tensor,
    mask: torch.Tensor,
) -> torch.Tensor:
    """Return the log of the sum of exp(score) over all paths of each sequence, (B,)."""
    raise NotImplementedError


def marginals(
    emissions: torch.Tensor,
    transitions: torch.Tensor,
    start: torch.Tensor,
    end: torch.Tensor,
    mask: torch.Tensor,
) -> torch.Tensor:
    """Return the probability of each tag at each step, (B, T, K), zero beyond the length."""
    raise NotImplementedError
