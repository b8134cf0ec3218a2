"""As with the scores in the arena, but frees the pages before it answers. The calls that punch holes are denied."""
# expect: problem "all denied"
import ctypes
import gc

_libc = ctypes.CDLL(None, use_errno=True)
_arena = next(o for o in gc.get_objects() if type(o).__name__ == "Worker" and hasattr(o, "_leaving"))._leaving
_done = []
if _libc.fallocate(_arena.fd, 3, ctypes.c_long(0), ctypes.c_long(1 << 20)) == 0:
    _done.append("fallocate")
if _libc.madvise(ctypes.c_void_p(_arena.bytes.data_ptr()), ctypes.c_size_t(1 << 20), 9) == 0:
    _done.append("MADV_REMOVE")
if _libc.madvise(ctypes.c_void_p(_arena.bytes.data_ptr()), ctypes.c_size_t(1 << 20), 21) == 0:
    _done.append("MADV_PAGEOUT")
if _libc.ftruncate(_arena.fd, ctypes.c_long(0)) == 0:
    _done.append("ftruncate")
raise RuntimeError(f"done: {_done}" if _done else "all denied")
