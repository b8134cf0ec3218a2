"""Maps huge pages, which no resident size shows. Such mappings are denied."""
# expect: problem "Operation not permitted"
import mmap

mmap.mmap(-1, 2 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)
