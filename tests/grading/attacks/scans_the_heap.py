"""C3: scans all objects for a reference's function or for texts of the hidden suite. The process holds neither."""
# expect: case ERRORED "nothing was found"
import gc
import types


def flash_attention(q, k, v, *, causal=False, block_size=64):
    mine = flash_attention.__code__
    found = []
    for one in gc.get_objects():
        if isinstance(one, types.FunctionType) and one.__code__ is not mine:
            if one.__name__ in ("flash_attention", "measure_cpu_time") or one.__name__.startswith("test_"):
                if not one.__module__.startswith(("torch", "numpy", "sympy")):
                    found.append(f"{one.__module__}.{one.__name__}")
    raise RuntimeError(f"found: {found}" if found else "nothing was found")
