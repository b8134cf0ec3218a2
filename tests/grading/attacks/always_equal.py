"""B3: returns an object that equals everything. Objects do not cross the wire: the grader sees a handle."""
# expect: case FAILED "gave a AlwaysEqual, expected a tensor"


class AlwaysEqual:
    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.0

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    __hash__ = None


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return AlwaysEqual()
