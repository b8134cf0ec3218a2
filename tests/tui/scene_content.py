"""What the learner of the scenes has: two decks with notes of all kinds, a syllabus, a kata's task."""

from __future__ import annotations

NOTES = {
    "attention": {
        "attention-scale": (
            "q: Why are attention scores divided by $\\sqrt{d_k}$?\n    a: |\n"
            "      The variance of a dot product grows with $d_k$, and the *softmax* saturates:\n\n"
            "      $$\\mathrm{softmax}\\left(\\frac{QK^T}{\\sqrt{d_k}}\\right)V$$\n"
            "    points: [the variance grows with $d_k$, softmax saturates, gradients vanish]\n"
            "    pitfall: It is no matter of speed."
        ),
        "attention-code": (
            "q: How is causal attention written?\n    a: |\n      With a mask above the diagonal.\n\n"
            "      ```python\n      def attend(q, k, v):\n"
            "          scores = q @ k.transpose(-2, -1) / q.size(-1) ** 0.5\n"
            '          mask = torch.triu(torch.ones_like(scores), 1).bool()  # "the future"\n'
            '          return scores.masked_fill(mask, float("-inf")).softmax(-1) @ v\n      ```'
        ),
        "attention-table": (
            "q: How do the kinds of attention differ in what they keep?\n    a: |\n"
            "      In the heads of keys and values.\n\n"
            "      | kind | heads of keys | cache a token |\n      |---|---:|---:|\n"
            "      | multi-head | $h$ | $2hd$ |\n      | grouped | $g$ | $2gd$ |\n"
            "      | multi-query | 1 | $2d$ |"
        ),
        "attention-cost": "cloze: 'Attention over $T$ tokens of width $d$ costs {{c1::$O(T^2 d)$}} time.'",
    },
    "serving": {
        "layernorm-axis": (
            "q: Over which axis does LayerNorm normalise?\n"
            "    choices: {right: the features of one token, wrong: [the batch, the sequence, all of them]}\n"
            "    a: Each token by itself, so that it depends on neither batch nor length."
        ),
        "kv-bytes": (
            "q: 32 layers, 32 heads of width 128, FP16. How many MiB of cache does a token take?\n"
            "    accept: {number: 0.5, unit: MiB, tolerance: 1%}\n"
            "    a: $2 \\cdot 32 \\cdot 32 \\cdot 128 \\cdot 2$ bytes are 0.5 MiB."
        ),
        "window": "q: sliding window\n    a: Each token attends to the last $w$ only.\n    reverse: true",
    },
}
SYLLABUS = """\
areas:
  - id: attention
    title: Attention
    requires: []
    reading: [{title: A book, url: "https://example.org/book"}]
    topics:
      - {id: attention-scale-topic, title: Scaled dot products, level: mid}
      - {id: attention-code-topic, title: Masks, level: mid}
      - {id: attention-table-topic, title: Shared heads, level: senior}
      - {id: attention-cost-topic, title: Cost, level: mid}
  - id: serving
    title: Serving
    requires: [attention]
    topics:
      - {id: layernorm-axis-topic, title: Normalisation, level: mid}
      - {id: kv-bytes-topic, title: The cache, level: senior}
      - {id: window-topic, title: Windows, level: mid}
"""
PROMPT = """\
# Double it

Write `double(x)`: every element twice, for any shape.

For example, `double(tensor([1.0, -2.0]))` is `tensor([2.0, -4.0])`, which costs $O(n)$.
"""
