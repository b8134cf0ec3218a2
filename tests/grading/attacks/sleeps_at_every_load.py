"""A7: takes nearly the whole loading time each time it is loaded, in the gates too: their deadline covers it."""
# base: reference
# expect: memory_growth TIMED_OUT ""
# deadlines: load_s=2 gates_s=3 suite_s=12
import time as _time

_time.sleep(1.6)
